/* mortise.config of a test's host. */
#ifndef MORTISE_TESTING_CONFIG_H
#define MORTISE_TESTING_CONFIG_H

#include <mortise/config.h>
#include <mortise/testing/values.h>

static mortise_value mortise_test_root;
static char mortise_test_refused[4096];

/* One key or index off the path; 0 when it isn't one. */
static inline int mortise_test_step(const char **at, const char *end, const mortise_value **value) {
  const mortise_value *from = *value, *found = NULL;
  uint64_t index = 0;
  uint32_t i;
  *value = NULL;
  if (**at == '[') {
    for ((*at)++; *at < end && **at >= '0' && **at <= '9' && index < UINT32_MAX; (*at)++)
      index = index * 10 + (uint64_t)(**at - '0');
    if (*at == end || *(*at)++ != ']') return 0;
    if (from->type == MORTISE_VALUE_LIST && index < from->count) found = &from->as.items[index];
  } else {
    const int quoted = **at == '"';
    const char *start = *at += quoted;
    mortise_text key;
    while (*at < end && (quoted ? **at != '"' : **at != '.' && **at != '['))
      (*at)++;
    key.data = start;
    key.size = (uint64_t)(*at - start);
    if (quoted && (*at)++ == end) return 0;
    for (i = 0; from->type == MORTISE_VALUE_TABLE && i < from->count; i++)
      if (mortise_text_equal(from->as.members[i].key, key)) found = &from->as.members[i].value;
  }
  if (*at < end && **at == '.') (*at)++;
  *value = found;
  return found != NULL;
}

static inline const mortise_value *mortise_test_find_in(const mortise_host *host, const mortise_value *value,
                                                        mortise_text path) {
  const char *at = path.data, *end = path.data + path.size;
  (void)host;
  if (!value) value = &mortise_test_root;
  while (path.size > 0 && at < end)
    if (!mortise_test_step(&at, end, &value)) return NULL;
  return value;
}

static inline const mortise_value *mortise_test_find(const mortise_host *host, mortise_text path) {
  return mortise_test_find_in(host, NULL, path);
}

static inline void mortise_test_refuse(const mortise_host *host, mortise_text path, mortise_text rule) {
  const size_t used = strlen(mortise_test_refused);
  (void)host;
  snprintf(mortise_test_refused + used, sizeof mortise_test_refused - used, "%.*s %.*s\n",
           MORTISE_TEXT_ARGS(path), MORTISE_TEXT_ARGS(rule));
}

static inline void mortise_test_refuse_in(const mortise_host *host, const mortise_value *value,
                                          mortise_text path, mortise_text rule) {
  (void)value;
  mortise_test_refuse(host, path, rule);
}

static const mortise_config mortise_test_config = {sizeof(mortise_config), 0,
                                                   mortise_test_find,      mortise_test_refuse,
                                                   mortise_test_find_in,   mortise_test_refuse_in};

/* "parameter must be an integer\n", a line for each value that was refused. */
static inline const char *mortise_test_refusals(void) {
  return mortise_test_refused;
}

#endif
