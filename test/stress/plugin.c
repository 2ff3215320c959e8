/* Calls all of stress.six, which TypeScript serves, and provides stress.plug. */
#include "stress_plug.h"
#include "stress_six.h"
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "stress", .version = "1.0.0")
STRESS_SIX_WANT
STRESS_PLUG_PROVIDE

static int64_t twice(void *data, int64_t value) {
  (void)data;
  return 2 * value;
}

static int32_t each(const mortise_host *host, const uint8_t *data, uint64_t data_size,
                    int32_t (*visit)(void *data, int64_t index, const uint8_t *part, uint64_t part_size),
                    void *visit_data) {
  (void)host;
  for (uint64_t i = 0; i < data_size; i++) {
    int32_t status = visit(visit_data, (int64_t)i, data + i, 1);
    if (status != MORTISE_OK) return status;
  }
  return MORTISE_OK;
}

/* 3 + 2 + 2 + 14 + 9 */
static int64_t all(const mortise_host *host) {
  int64_t count = 0;
  mortise_error error = {.size = sizeof error};
  (void)host;
  stress_six_note();
  int64_t sum = stress_six_take((const uint8_t *)"abc", 3);
  if (stress_six_words(mortise_text_of("hi"), &count, &error) != MORTISE_OK) return -1;
  return sum + count + (int64_t)stress_six_half(4) + stress_six_call(twice, NULL) + stress_six_plus(4, 5);
}

static int64_t slow(const mortise_host *host, const uint8_t *data, uint64_t data_size) {
  (void)host;
  int64_t sum = 0;
  for (uint64_t i = 0; i < data_size; i++)
    sum += data[i];
  return sum;
}

static const stress_plug_v1 plug = {.size = sizeof plug, .each = each, .all = all, .slow = slow};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return stress_plug_register(host, &plug, error);
}
