/* A configuration from a text: JSON, in which a string may stand in single quotes, too. */
#ifndef MORTISE_TESTING_VALUES_H
#define MORTISE_TESTING_VALUES_H

#include <errno.h>
#include <mortise/testing/memory.h>
#include <mortise/value.h>

enum { MORTISE_TEST_DEPTH = 64 };

typedef struct mortise_test_reader {
  const char *text, *at;
  int depth;
} mortise_test_reader;

static inline char mortise_test_next(mortise_test_reader *reader) {
  while (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r')
    reader->at++;
  return *reader->at;
}

static inline void mortise_test_expect(mortise_test_reader *reader, char wanted) {
  if (mortise_test_next(reader) != wanted) mortise_test_abort("this is not valid JSON", reader->at);
  reader->at++;
}

/* "\n", "\t" and any character that is itself; no "\u": the source can hold UTF-8. */
static inline mortise_text mortise_test_string(mortise_test_reader *reader) {
  const char quote = mortise_test_next(reader);
  char *data, *end;
  mortise_text text;
  if (quote != '"' && quote != '\'') mortise_test_abort("a string is missing", reader->at);
  data = end = (char *)mortise_test_keep(strlen(reader->at));
  for (reader->at++; *reader->at != quote; reader->at++) {
    if (!*reader->at) mortise_test_abort("a string has no end", reader->text);
    if (*reader->at != '\\')
      *end++ = *reader->at;
    else if (*++reader->at == 'n' || *reader->at == 't')
      *end++ = *reader->at == 'n' ? '\n' : '\t';
    else if (*reader->at)
      *end++ = *reader->at;
    else
      mortise_test_abort("a string has no end", reader->text);
  }
  reader->at++;
  text.data = data;
  text.size = (uint64_t)(end - data);
  return text;
}

static inline mortise_value mortise_test_value(mortise_test_reader *reader);

/* A list or a table. Each of its items takes a byte of text at least. */
static inline mortise_value mortise_test_items(mortise_test_reader *reader, int is_table) {
  const char close = is_table ? '}' : ']';
  const size_t most = strlen(reader->at);
  mortise_member *members = (mortise_member *)malloc((most + 1) * sizeof *members);
  mortise_value value;
  memset(&value, 0, sizeof value);
  if (!members || ++reader->depth > MORTISE_TEST_DEPTH)
    mortise_test_abort("it nests too deeply", reader->text);
  value.type = is_table ? MORTISE_VALUE_TABLE : MORTISE_VALUE_LIST;
  for (reader->at++; mortise_test_next(reader) != close; value.count++) {
    if (value.count > 0) mortise_test_expect(reader, ',');
    members[value.count].key = mortise_text_of("");
    if (is_table) {
      members[value.count].key = mortise_test_string(reader);
      mortise_test_expect(reader, ':');
    }
    members[value.count].value = mortise_test_value(reader);
  }
  reader->at++;
  reader->depth--;
  if (is_table) {
    mortise_member *kept = (mortise_member *)mortise_test_keep(value.count * sizeof *kept);
    if (value.count > 0) memcpy(kept, members, value.count * sizeof *kept);
    value.as.members = kept;
  } else {
    mortise_value *kept = (mortise_value *)mortise_test_keep(value.count * sizeof *kept);
    uint32_t i;
    for (i = 0; i < value.count; i++)
      kept[i] = members[i].value;
    value.as.items = kept;
  }
  free(members);
  return value;
}

static inline mortise_value mortise_test_value(mortise_test_reader *reader) {
  const char first = mortise_test_next(reader);
  mortise_value value;
  char *end;
  memset(&value, 0, sizeof value);
  if (first == '{' || first == '[') return mortise_test_items(reader, first == '{');
  if (first == '"' || first == '\'') {
    value.type = MORTISE_VALUE_TEXT;
    value.as.text = mortise_test_string(reader);
  } else if (strncmp(reader->at, "true", 4) == 0 || strncmp(reader->at, "false", 5) == 0) {
    value.type = MORTISE_VALUE_BOOLEAN;
    value.as.boolean = first == 't';
    reader->at += first == 't' ? 4 : 5;
  } else {
    errno = 0;
    value.type = MORTISE_VALUE_INTEGER;
    value.as.integer = strtoll(reader->at, &end, 10);
    if (*end == '.' || *end == 'e' || *end == 'E') {
      value.type = MORTISE_VALUE_DOUBLE;
      value.as.number = strtod(reader->at, &end);
    }
    if (end == reader->at || errno != 0) mortise_test_abort("this is not a value", reader->at);
    reader->at = end;
  }
  return value;
}

/* The whole text. Ends the program when it isn't a table. */
static inline mortise_value mortise_test_parse(const char *text) {
  mortise_test_reader reader;
  mortise_value value;
  reader.text = reader.at = text ? text : "{}";
  reader.depth = 0;
  value = mortise_test_value(&reader);
  if (mortise_test_next(&reader) || value.type != MORTISE_VALUE_TABLE)
    mortise_test_abort("a configuration is one table, { \"key\": value }", reader.text);
  return value;
}

#endif
