/* mortise.collect of a test's host: what readers dispatch, and who was registered. */
#ifndef MORTISE_TESTING_COLLECT_H
#define MORTISE_TESTING_COLLECT_H

#include <mortise/collect.h>
#include <mortise/testing/memory.h>

enum { MORTISE_TEST_CALLBACKS = 64 };

static mortise_collect_callbacks mortise_test_callbacks[MORTISE_TEST_CALLBACKS];
static uint32_t mortise_test_callback_count, mortise_test_notified_count;
static char mortise_test_dispatched_text[64 * 1024];

static inline int32_t mortise_test_collect_add(const mortise_host *host,
                                               const mortise_collect_callbacks *callbacks,
                                               mortise_error *error) {
  (void)host;
  if (mortise_test_callback_count == MORTISE_TEST_CALLBACKS) return mortise_fail(error, "too many callbacks");
  mortise_test_callbacks[mortise_test_callback_count] = *callbacks;
  mortise_test_callbacks[mortise_test_callback_count].name = mortise_test_copy(callbacks->name);
  mortise_test_callbacks[mortise_test_callback_count++].group = mortise_test_copy(callbacks->group);
  return MORTISE_OK;
}

static inline int32_t mortise_test_collect_remove(const mortise_host *host, mortise_text name,
                                                  uint32_t which) {
  uint32_t i;
  (void)host;
  (void)which;
  for (i = 0; i < mortise_test_callback_count; i++) {
    if (!mortise_text_equal(mortise_test_callbacks[i].name, name)) continue;
    mortise_test_callbacks[i] = mortise_test_callbacks[--mortise_test_callback_count];
    return MORTISE_OK;
  }
  return MORTISE_PASS;
}

static inline int32_t mortise_test_collect_remove_group(const mortise_host *host, mortise_text group) {
  int32_t status = MORTISE_PASS;
  uint32_t i;
  for (i = mortise_test_callback_count; i-- > 0;)
    if (mortise_text_equal(mortise_test_callbacks[i].group, group))
      status = mortise_test_collect_remove(host, mortise_test_callbacks[i].name, 0);
  return status;
}

/* What a value of a type is, is known to the host alone: as a gauge, which most are. */
static inline int32_t mortise_test_collect_dispatch(const mortise_host *host,
                                                    const mortise_collect_report *report) {
  const mortise_collect_identity *name = &report->identity;
  const size_t size = sizeof mortise_test_dispatched_text;
  size_t used = strlen(mortise_test_dispatched_text);
  uint32_t i;
  (void)host;
  snprintf(mortise_test_dispatched_text + used, size - used, "%.*s-%.*s", MORTISE_TEXT_ARGS(name->type),
           MORTISE_TEXT_ARGS(name->type_instance));
  for (i = 0; i < report->count; i++) {
    used = strlen(mortise_test_dispatched_text);
    snprintf(mortise_test_dispatched_text + used, size - used, " %g", report->values[i].gauge);
  }
  used = strlen(mortise_test_dispatched_text);
  snprintf(mortise_test_dispatched_text + used, size - used, "\n");
  return MORTISE_OK;
}

static inline int32_t mortise_test_collect_notify(const mortise_host *host,
                                                  const mortise_collect_notification *notification) {
  (void)host;
  (void)notification;
  mortise_test_notified_count++;
  return MORTISE_OK;
}

static inline int32_t mortise_test_collect_add_set(const mortise_host *host, const mortise_collect_set *set,
                                                   mortise_error *error) {
  (void)host;
  (void)set;
  (void)error;
  return MORTISE_OK;
}

static inline const mortise_collect_set *mortise_test_collect_find_set(const mortise_host *host,
                                                                       mortise_text type) {
  (void)host;
  (void)type;
  return NULL;
}

static inline uint64_t mortise_test_collect_interval(const mortise_host *host) {
  (void)host;
  return UINT64_C(10000000000);
}

static const mortise_collect_v1 mortise_test_collect_table = {
    sizeof(mortise_collect_v1),        0,
    mortise_test_collect_add,          mortise_test_collect_remove,
    mortise_test_collect_remove_group, mortise_test_collect_dispatch,
    mortise_test_collect_notify,       mortise_test_collect_add_set,
    mortise_test_collect_find_set,     mortise_test_collect_interval};

/* The callbacks that were registered under a name; null when none were. */
static inline const mortise_collect_callbacks *mortise_test_collected(const char *name) {
  uint32_t i;
  for (i = 0; i < mortise_test_callback_count; i++)
    if (mortise_text_equal(mortise_test_callbacks[i].name, mortise_text_of(name)))
      return &mortise_test_callbacks[i];
  return NULL;
}

/* "load- 0.5 0.4 0.3\n", a line for each report: type, instance, values as gauges. */
static inline const char *mortise_test_dispatched(void) {
  return mortise_test_dispatched_text;
}

#endif
