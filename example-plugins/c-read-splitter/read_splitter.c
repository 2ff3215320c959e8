/*
 * read_splitter: says of each statement that reached it whether it reads or writes, so that reads can go to
 * replicas. In doubt it says write: a read on a primary is slow, a write on a replica is an error.
 */
#include <mortise/mortise.h>

#include "../c-shared/statement.h"

MORTISE_MODULE(.name = "read_splitter", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)

enum { MAX_WRITERS = 64, MAX_WORD = 64 };

/* Statements that read start with one of these … */
static const char *const readers[] = {"select", "show", "values", "table", "explain", "with"};

/* … and have none of these words: changes inside WITH, SELECT INTO, FOR UPDATE, FOR SHARE, and functions. */
static const char *const writers[] = {"insert", "update", "delete",  "merge",  "into",
                                      "share",  "call",   "nextval", "setval", "lock"};

/* Written by module_init, only read afterwards. */
static struct {
  int32_t target;
  unsigned count;
  const char *writers[MAX_WRITERS]; /* more words, from the configuration */
} settings;

static void read_writers(const mortise_host *host) {
  const mortise_value *list = mortise_config_list(host, "writers");
  const char *rule = "must be at most 64 words in lower case, each at most 63 bytes long";
  if (!list) return;
  for (uint32_t i = 0; i < list->count; i++) {
    const mortise_value *item = &list->as.items[i];
    int fits = i < MAX_WRITERS && item->type == MORTISE_VALUE_TEXT && item->as.text.size > 0 &&
               item->as.text.size < MAX_WORD;
    for (uint64_t at = 0; fits && at < item->as.text.size; at++) {
      int c = (unsigned char)item->as.text.data[at];
      fits = statement_is_name(c) && statement_lower(c) == c;
    }
    if (!fits) {
      host->config->refuse(host, mortise_text_of("writers"), mortise_text_of(rule));
      return;
    }
    settings.writers[settings.count++] = item->as.text.data;
  }
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const char *target = mortise_config_string(host, "default_target", "all");
  (void)error; /* whatever can be wrong is a value, and refuse() names it */
  memset(&settings, 0, sizeof settings);
  if (target && strcmp(target, "all") == 0) {
    settings.target = MORTISE_TARGET_ALL;
  } else if (target && strcmp(target, "unknown") == 0) {
    settings.target = MORTISE_TARGET_UNKNOWN;
  } else {
    host->config->refuse(host, mortise_text_of("default_target"),
                         mortise_text_of("must be \"all\" or \"unknown\""));
  }
  read_writers(host);
  mortise_log(MORTISE_LOG_INFO, "%u more words make a statement a write", settings.count);
  return MORTISE_OK;
}

static int is_one_of(const char *word, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(word, words[i]) == 0) return 1;
  }
  return 0;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* MORTISE_ACCESS_READ or WRITE for one statement; UNKNOWN when there is none, as after the last ";". */
static int32_t access_of(statement *it) {
  char word[MAX_WORD];
  if (!statement_word(it, word, sizeof word)) return MORTISE_ACCESS_UNKNOWN;
  if (!is_one_of(word, readers, COUNT(readers))) return MORTISE_ACCESS_WRITE;
  while (statement_word(it, word, sizeof word)) {
    if (is_one_of(word, writers, COUNT(writers)) || is_one_of(word, settings.writers, settings.count))
      return MORTISE_ACCESS_WRITE;
  }
  return MORTISE_ACCESS_READ;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  statement it = statement_open(context->sql);
  int32_t access = MORTISE_ACCESS_UNKNOWN;
  do {
    int32_t one = access_of(&it);
    if (one != MORTISE_ACCESS_UNKNOWN) access = one;
  } while (access != MORTISE_ACCESS_WRITE && statement_following(&it));
  if (access == MORTISE_ACCESS_UNKNOWN) return MORTISE_PASS; /* no statement at all */
  /* A transaction stays where its first write would go, and a client's wish is not ours to overrule. */
  if (context->in_transaction || context->write_override) access = MORTISE_ACCESS_WRITE;
  return mortise_answer(route, settings.target, 0, access);
}
