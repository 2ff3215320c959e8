/* A host that has a configuration of top-level keys and a log, for tests that need no other. */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include <mortise/mortise.h>

static const mortise_member *fake_members;
static uint32_t fake_member_count;
static char fake_refusals[4096]; /* "path: rule\n" each */
static char fake_lines[4096];    /* "severity message\n" each */
static int fake_enabled = 1;
static uint32_t fake_fields; /* of the last line */

static const mortise_value *fake_find(const mortise_host *host, mortise_text path) {
  (void)host;
  for (uint32_t i = 0; i < fake_member_count; i++) {
    if (mortise_text_equal(fake_members[i].key, path)) return &fake_members[i].value;
  }
  return NULL;
}

static void fake_append(char *into, size_t capacity, const char *format, mortise_text text,
                        const char *more) {
  size_t size = strlen(into);
  snprintf(into + size, capacity - size, format, MORTISE_TEXT_ARGS(text), more);
}

static void fake_refuse(const mortise_host *host, mortise_text path, mortise_text rule) {
  (void)host;
  fake_append(fake_refusals, sizeof fake_refusals, "%.*s: %s\n", path, rule.data);
}

/* A key of a table that fake_find gave. */
static const mortise_value *fake_find_in(const mortise_host *host, const mortise_value *from,
                                         mortise_text path) {
  if (!from) return fake_find(host, path);
  for (uint32_t i = 0; from->type == MORTISE_VALUE_TABLE && i < from->count; i++) {
    if (mortise_text_equal(from->as.members[i].key, path)) return &from->as.members[i].value;
  }
  return NULL;
}

static void fake_refuse_in(const mortise_host *host, const mortise_value *from, mortise_text path,
                           mortise_text rule) {
  (void)from;
  fake_refuse(host, path, rule);
}

static int32_t fake_log_enabled(const mortise_host *host, int32_t severity) {
  (void)host;
  (void)severity;
  return fake_enabled;
}

static void fake_log_write(const mortise_host *host, int32_t severity, mortise_text message) {
  (void)host;
  fake_append(fake_lines, sizeof fake_lines, "%.*s%s", message,
              severity >= MORTISE_LOG_WARNING ? "!\n" : "\n");
}

static void fake_log_write_fields(const mortise_host *host, int32_t severity, mortise_text message,
                                  const mortise_member *fields, uint32_t count) {
  (void)fields;
  fake_fields = count;
  fake_log_write(host, severity, message);
}

static const mortise_log_v1 fake_log = {sizeof fake_log, 0, fake_log_enabled, fake_log_write,
                                        fake_log_write_fields};
static const mortise_config fake_config = {sizeof fake_config, 0, fake_find, fake_refuse, fake_find_in,
                                           fake_refuse_in};
static const mortise_host fake_host = {
    .size = sizeof fake_host,
    .abi = MORTISE_VERSION(MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR),
    .config = &fake_config,
};

/* Starts again with another configuration. */
static inline void fake_configure(const mortise_member *members, uint32_t count) {
  fake_members = members;
  fake_member_count = count;
  fake_refusals[0] = fake_lines[0] = 0;
}

#define KEY(string) {string, sizeof(string) - 1}
#define TEXT(string) {.type = MORTISE_VALUE_TEXT, .as.text = {string, sizeof(string) - 1}}
#define BOOLEAN(value) {.type = MORTISE_VALUE_BOOLEAN, .as.boolean = (value)}
#define INTEGER(value) {.type = MORTISE_VALUE_INTEGER, .as.integer = (value)}
#define DOUBLE(value) {.type = MORTISE_VALUE_DOUBLE, .as.number = (value)}
#define TABLE(array)                                                                                         \
  {.type = MORTISE_VALUE_TABLE, .count = sizeof(array) / sizeof(array)[0], .as.members = (array)}
#define LIST(array)                                                                                          \
  {.type = MORTISE_VALUE_LIST, .count = sizeof(array) / sizeof(array)[0], .as.items = (array)}

#endif
