/*
 * query_firewall: blocks statements that match a pattern, that change a whole table, or that carry comments.
 * Everything else it leaves to the next plugin. README.md has the configuration and the limits.
 */
#include <mortise/mortise.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "../c-shared/statement.h"

MORTISE_MODULE(.name = "query_firewall", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)

enum { MAX_PATTERNS = 64, MAX_PATTERN = 256 };

/* Written by module_init, only read afterwards: module_route may run on many threads. */
static struct {
  char patterns[MAX_PATTERNS][MAX_PATTERN]; /* in the plain form of statement.h */
  unsigned count;
  int require_where, allow_comments, log;
} rules;

static atomic_uint_fast64_t blocked;

/* Puts a pattern into the plain form that statements are read in. Returns the rule it breaks, or null. */
static const char *normalise(mortise_text pattern, char *into) {
  statement it = statement_open(pattern);
  size_t size = 0;
  int c;
  while ((c = statement_next(&it)) != STATEMENT_END) {
    if (size + 1 == MAX_PATTERN) return "must be at most 255 bytes long";
    into[size++] = (char)c;
  }
  into[size] = 0;
  if (it.has_comments) return "must not contain a comment: statements are compared without theirs";
  if (it.at != it.end) return "must be one statement, without \";\"";
  return size ? NULL : "must not be empty";
}

static void read_patterns(const mortise_host *host) {
  const mortise_value *deny = mortise_config_list(host, "deny");
  if (!deny) return;
  if (deny->count > MAX_PATTERNS) {
    host->config->refuse(host, mortise_text_of("deny"), mortise_text_of("must have at most 64 patterns"));
    return;
  }
  for (; rules.count < deny->count; rules.count++) {
    const mortise_value *item = &deny->as.items[rules.count];
    const char *broken = item->type == MORTISE_VALUE_TEXT
                             ? normalise(item->as.text, rules.patterns[rules.count])
                             : "must be a string";
    if (broken) {
      char path[32];
      snprintf(path, sizeof path, "deny[%u]", rules.count);
      host->config->refuse(host, mortise_text_of(path), mortise_text_of(broken));
      return;
    }
  }
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error; /* whatever can be wrong is a value, and refuse() names it */
  memset(&rules, 0, sizeof rules);
  rules.require_where = mortise_config_bool(host, "require_where", 0);
  rules.allow_comments = mortise_config_bool(host, "allow_comments", 1);
  rules.log = mortise_config_bool(host, "log", 1);
  read_patterns(host);
  if (!rules.count && !rules.require_where && rules.allow_comments)
    mortise_log(MORTISE_LOG_WARNING, "the configuration has no rule: nothing will be blocked");
  return MORTISE_OK;
}

/* A statement in its plain form. Most fit the room; a longer one is on the heap. */
typedef struct plain {
  char *text;
  size_t size;
  int has_comments;
  char room[4096];
} plain;

/* 0 when there is no memory. Afterwards plain_close. */
static int plain_open(plain *into, statement it) {
  /* No character becomes more than two: a space before a word that a literal touches. */
  const size_t most = 2 * (size_t)(it.end - it.at) + 1;
  int c;
  into->text = most > sizeof into->room ? malloc(most) : into->room;
  into->size = 0;
  if (!into->text) return 0;
  while ((c = statement_next(&it)) != STATEMENT_END)
    into->text[into->size++] = (char)c;
  into->has_comments = it.has_comments;
  return 1;
}

static void plain_close(plain *it) {
  if (it->text != it->room) free(it->text);
}

/*
 * Whether the statement starts with the pattern, up to a word's end. "*" stands for any text. Only the last
 * "*" is ever tried again, so the time is at most statement × pattern, without recursion.
 */
static int matches(const char *pattern, const plain *sql) {
  const char *const start = sql->text, *const end = start + sql->size;
  const char *at = start, *star = NULL, *resume = start;
  for (;;) {
    int last, c;
    if (*pattern == '*') {
      star = ++pattern;
      resume = at;
      continue;
    }
    if (!*pattern && star == pattern) return 1;
    last = at > start ? (unsigned char)at[-1] : 0;
    c = at < end ? (unsigned char)*at : STATEMENT_END;
    if (!*pattern && !(statement_is_word(last) && statement_is_word(c))) return 1;
    if (c == STATEMENT_END) return 0;
    at++;
    if (c == (unsigned char)*pattern) {
      pattern++;
      continue;
    }
    if (!star) return 0;
    /* On to where what follows the star may begin. */
    resume = memchr(resume + 1, *star, (size_t)(end - resume - 1));
    if (!resume) return 0;
    at = resume;
    pattern = star;
  }
}

/* UPDATE or DELETE with no WHERE of its own; one inside parentheses belongs to a subquery. */
static int changes_everything(statement it) {
  char word[8];
  if (!statement_word(&it, word, sizeof word)) return 0;
  if (strcmp(word, "update") != 0 && strcmp(word, "delete") != 0) return 0;
  while (statement_word(&it, word, sizeof word)) {
    /* The character after the word was read too: "where(" has opened one already. */
    if (strcmp(word, "where") == 0 && it.depth == (it.last == '(' && !it.quoted)) return 0;
  }
  return 1;
}

/* What the statement at `it` breaks, or null. */
static const char *broken_rule(statement it, const plain *text) {
  if (!rules.allow_comments && text->has_comments) return "comments are not allowed";
  if (rules.require_where && changes_everything(it)) return "UPDATE or DELETE needs a WHERE";
  for (unsigned i = 0; i < rules.count; i++) {
    if (matches(rules.patterns[i], text)) return rules.patterns[i];
  }
  return NULL;
}

/* Logs the plain form, in which literals are "?": what users typed does not belong in a log. */
static void report(const char *rule, const plain *text) {
  const size_t most = 159;
  if (rules.log)
    mortise_log(MORTISE_LOG_WARNING, "blocked (%s): %.*s", rule, (int)(text->size < most ? text->size : most),
                text->text);
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  statement it = statement_open(context->sql);
  do {
    plain text;
    const char *rule =
        plain_open(&text, it) ? broken_rule(it, &text) : "too long for the memory that is left";
    if (rule) {
      atomic_fetch_add_explicit(&blocked, 1, memory_order_relaxed);
      if (text.text) report(rule, &text);
    }
    plain_close(&text);
    if (rule) return mortise_block_because(route, NULL, "not allowed here: %s", rule);
  } while (statement_following(&it));
  return MORTISE_PASS;
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  mortise_log(MORTISE_LOG_INFO, "statements blocked: %" PRIuFAST64, atomic_load(&blocked));
}
