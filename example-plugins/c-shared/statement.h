/*
 * Reads SQL one character at a time in a plain form: lower case, literals as "?", no comments, and a space
 * only where two words would otherwise touch. So 'DELETE -- all of them', a new line, and 'FROM"Users"' read
 * as 'delete from users'.
 *
 * It knows PostgreSQL's quoting and nothing of its grammar. No allocation, no look-back: a copy of the
 * struct is a place to come back to.
 */
#ifndef STATEMENT_H
#define STATEMENT_H

#include <mortise/abi.h>
#include <string.h>

#define STATEMENT_END (-1)

typedef struct statement {
  const unsigned char *at, *end;
  int last;         /* the character read before, 0 at the start */
  int depth;        /* open parentheses */
  int quoted;       /* the last character stands inside a "quoted identifier" */
  int has_comments; /* a comment was passed */
} statement;

static inline statement statement_open(mortise_text sql) {
  statement it = {(const unsigned char *)sql.data, (const unsigned char *)sql.data, 0, 0, 0, 0};
  if (sql.size) it.end += sql.size;
  return it;
}

static inline int statement_is_space(int c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int statement_is_name(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         c >= 0x80;
}

static inline int statement_is_word(int c) {
  return statement_is_name(c) || c == '?';
}

static inline int statement_lower(int c) {
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Skips 'text'; with escapes, a backslash takes the next character with it. Returns what follows. */
static inline const unsigned char *statement_skip_text(const unsigned char *at, const unsigned char *end,
                                                       int escapes) {
  for (at++; at < end; at++) {
    if (escapes && *at == '\\' && end - at > 1) {
      at++;
    } else if (*at == '\'') {
      if (end - at < 2 || at[1] != '\'') return at + 1;
      at++;
    }
  }
  return end;
}

/* Skips $tag$text$tag$; returns `at` itself when no such literal starts there. */
static inline const unsigned char *statement_skip_dollars(const unsigned char *at, const unsigned char *end) {
  const unsigned char *tag = at + 1;
  size_t size;
  if (tag < end && *tag >= '0' && *tag <= '9') return at; /* $1 */
  while (tag < end && *tag != '$' && statement_is_name(*tag))
    tag++;
  if (tag == end || *tag != '$') return at;
  size = (size_t)(tag + 1 - at);
  for (tag++; (size_t)(end - tag) >= size; tag++) {
    if (*tag == '$' && memcmp(tag, at, size) == 0) return tag + size;
  }
  return end;
}

/* Skips a literal; returns `at` itself when none starts there. */
static inline const unsigned char *statement_skip_literal(const statement *it, int apart) {
  const unsigned char *at = it->at, *end = it->end;
  int starts_word = apart || !statement_is_name(it->last);
  if (*at == '\'') return statement_skip_text(at, end, 0);
  if (!starts_word) return at;
  if (*at == '$') return statement_skip_dollars(at, end);
  if ((*at == 'e' || *at == 'E') && end - at > 1 && at[1] == '\'') return statement_skip_text(at + 1, end, 1);
  return at;
}

/* Skips a comment, nested ones included; returns `at` itself when none starts there. */
static inline const unsigned char *statement_skip_comment(const unsigned char *at, const unsigned char *end) {
  int depth = 0;
  if (end - at < 2) return at;
  if (at[0] == '-' && at[1] == '-') {
    while (at < end && *at != '\n' && *at != '\r')
      at++;
    return at;
  }
  if (at[0] != '/' || at[1] != '*') return at;
  while (end - at > 1) {
    if (at[0] == '/' && at[1] == '*') {
      depth++;
      at += 2;
    } else if (at[0] == '*' && at[1] == '/') {
      at += 2;
      if (--depth == 0) return at;
    } else {
      at++;
    }
  }
  return end;
}

/* The next character of this statement, or STATEMENT_END at its ";" or at the end of the text. */
static inline int statement_next(statement *it) {
  int apart = 0; /* something between the last character and the next was skipped */
  while (it->at < it->end) {
    const unsigned char *after = it->at + 1;
    int c = statement_lower(*it->at);
    if (c == '"') {
      int doubled = it->quoted && after < it->end && *after == '"';
      if (!doubled) {
        it->quoted = !it->quoted;
        it->at = after;
        apart = 1;
        continue;
      }
      after++;
    } else if (!it->quoted) {
      const unsigned char *skipped = statement_skip_comment(it->at, it->end);
      if (skipped != it->at || statement_is_space(c)) {
        it->has_comments |= skipped != it->at;
        it->at = skipped != it->at ? skipped : after;
        apart = 1;
        continue;
      }
      if (c == ';') return STATEMENT_END;
      skipped = statement_skip_literal(it, apart);
      if (skipped != it->at) {
        c = '?';
        after = skipped;
      }
      it->depth += (c == '(') - (c == ')');
    }
    if (c == '?' || it->last == '?') apart = 1; /* or'1' is two words */
    if (apart && statement_is_word(it->last) && statement_is_word(c)) return it->last = ' ';
    it->at = after;
    return it->last = c;
  }
  return STATEMENT_END;
}

/*
 * Reads on to the next word and writes it, cut to fit, with its zero. Words in quotes are names and don't
 * count. Returns 0 when the statement has no more.
 */
static inline int statement_word(statement *it, char *word, size_t capacity) {
  size_t size = 0;
  int c;
  while ((c = statement_next(it)) != STATEMENT_END) {
    int wanted = statement_is_name(c) && !it->quoted;
    if (!wanted && size) break;
    if (wanted && size + 1 < capacity) word[size++] = (char)c;
  }
  word[size] = 0;
  return size > 0;
}

/* Goes on to the statement after the ";". Returns 0 when there is none. */
static inline int statement_following(statement *it) {
  while (statement_next(it) != STATEMENT_END) {
  }
  if (it->at == it->end) return 0;
  it->at++;
  it->last = it->depth = it->has_comments = 0;
  return 1;
}

#endif
