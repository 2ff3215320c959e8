/*
 * Provides test.used by calling test.served: every call from TypeScript comes back to TypeScript. Also compiled
 * as C++.
 */
#include "test_served.h"
#include "test_used.h"
#include <mortise/mortise.h>
#include <pthread.h>

#ifdef __cplusplus
MORTISE_MODULE_CXX("kinds_cxx", "1.0.0")
#else
MORTISE_MODULE(.name = "kinds_c", .version = "1.0.0")
#endif

TEST_SERVED_REQUIRE
TEST_USED_PROVIDE

static int32_t narrow(const mortise_host *host, int8_t a, uint8_t b, int16_t c, uint16_t d) {
  (void)host;
  return test_served_narrow(a, b, c, d);
}

static int32_t wide(const mortise_host *host, int64_t a, uint64_t b, int64_t *low, uint64_t *high) {
  (void)host;
  return test_served_wide(a, b, low, high);
}

static int64_t whole(const mortise_host *host, int64_t value) {
  (void)host;
  return test_served_whole(value);
}

static double real(const mortise_host *host, float a, double b, float *half) {
  (void)host;
  return test_served_real(a, b, half);
}

static int32_t flag(const mortise_host *host, int32_t yes, int32_t *not_) {
  (void)host;
  return test_served_flag(yes, not_);
}

static int32_t join(const mortise_host *host, const char *left, uint64_t left_size, const char *right,
                    uint64_t right_size, uint64_t *size, uint8_t *joined, uint64_t joined_size,
                    mortise_error *error) {
  mortise_text left_text, right_text;
  (void)host;
  left_text.data = left;
  left_text.size = left_size;
  right_text.data = right;
  right_text.size = right_size;
  return test_served_join(left_text, right_text, size, joined, joined_size, error);
}

static int32_t sum(const mortise_host *host, const uint8_t *data, uint64_t size, uint32_t *total) {
  (void)host;
  return test_served_sum(data, size, total);
}

static int32_t each(const mortise_host *host, const uint8_t *items, uint64_t items_size,
                    int32_t (*visit)(void *data, uint32_t index, uint8_t item, const char *name,
                                     uint64_t name_size, const uint8_t *rest, uint64_t rest_size),
                    void *visit_data, int32_t (*stop)(void *data), void *stop_data, mortise_error *error) {
  (void)host;
  return test_served_each(items, items_size, visit, visit_data, stop, stop_data, error);
}

static int32_t many(const mortise_host *host, int32_t a, double b, int32_t c, int32_t d, double e, int32_t f,
                    int32_t g, int32_t h, int64_t i, double *total) {
  (void)host;
  return test_served_many(a, b, c, d, e, f, g, h, i, total);
}

static void note(const mortise_host *host, uint16_t type) {
  (void)host;
  test_served_note(type);
}

static int32_t scale(const mortise_host *host, const float *samples, uint64_t samples_count, double by,
                     float *scaled, uint64_t scaled_count, mortise_error *error) {
  (void)host;
  if (by == 13) samples = (const float *)((const char *)samples + 1);
  return test_served_scale(samples, samples_count, by, scaled, scaled_count, error);
}

static int64_t total(const mortise_host *host, const uint64_t *counts, uint64_t counts_count,
                     const int16_t *kind, uint64_t kind_count, void (*visit)(void *data), void *visit_data) {
  (void)host;
  return test_served_total(counts, counts_count, kind, kind_count, visit, visit_data);
}

/* 13 and 14 make it pass what the enumeration and the flags haven't; 15 and 16 make it give that. */
static int32_t name(const mortise_host *host, int32_t shape, uint32_t mode, uint64_t count,
                    void (*visit)(void *data, int32_t shape, uint32_t mode), void *visit_data, int32_t *other,
                    uint32_t *both, uint64_t *next) {
  const int32_t answer = test_served_name(count == 13 ? 7 : shape, count == 14 ? 4 : mode, count, visit,
                                          visit_data, other, both, next);
  (void)host;
  if (count == 15) *other = TEST_USED_SHAPE_HIGH_PASS + 6;
  if (count == 16) *both = TEST_USED_MODE_LOOP | TEST_USED_MODE_LAST | 4;
  return answer;
}

/* 13 and 14 make it pass a record that isn't aligned, or none; 15 makes it give a name that there isn't. */
static int32_t tune(const mortise_host *host, const test_used_settings *settings, uint8_t step,
                    test_used_settings *tuned, test_used_point *middle, mortise_error *error) {
  test_served_settings passed[2], back;
  test_served_point point;
  const test_served_settings *given = passed;
  int32_t answer;
  (void)host;
  memcpy(&passed[0], settings, sizeof *settings);
  if (step == 13) given = (const test_served_settings *)((const char *)passed + 1);
  if (step == 14) given = NULL;
  answer = test_served_tune(given, step, &back, &point, error);
  memcpy(tuned, &back, sizeof back);
  memcpy(middle, &point, sizeof point);
  if (step == 15) tuned->shape = 7;
  return answer;
}

static int32_t greet(const mortise_host *host, const char *name, uint64_t name_size, uint64_t *size,
                     mortise_reply *reply, mortise_error *error) {
  mortise_text text;
  (void)host;
  text.data = name;
  text.size = name_size;
  return test_served_greet(text, size, reply, error);
}

/* What a provider may do with its answer, by the size that it's asked for. */
static int32_t blob(const mortise_host *host, uint32_t size, mortise_reply *reply, mortise_error *error) {
  static uint8_t large[5000];
  char small[4];
  mortise_room room = mortise_room_of(small, sizeof small);
  (void)host;
  switch (size) {
  case 1: /* the last one counts */
    mortise_give_bytes(reply, large, sizeof large);
    return mortise_give(reply, mortise_text_of("last"));
  case 2: /* gives nothing */
    return MORTISE_OK;
  case 3: /* gives, and fails */
    mortise_give_bytes(reply, large, sizeof large);
    return mortise_fail(error, "after all");
  case 4: /* what can't be given leaves the rest */
    if (mortise_give(reply, mortise_text_of("good")) != MORTISE_OK) return MORTISE_ERROR;
    return mortise_give_bytes(reply, NULL, 1) == MORTISE_OK ? MORTISE_ERROR : MORTISE_OK;
  case 5: /* no place for the answer */
    return test_served_blob(9, NULL, error);
  case 6: /* no struct either */
    return test_served_blob(9, (mortise_reply *)(uintptr_t)16, error);
  case 7: /* too little room: it fails, and the size is there */
    if (test_served_blob(9, &room.reply, error) == MORTISE_OK || room.bytes != 9) return MORTISE_ERROR;
    return mortise_give_bytes(reply, &room.bytes, sizeof room.bytes);
  case 8: /* just enough */
    if (test_served_blob(0, &room.reply, error) != MORTISE_OK || room.bytes != 0) return MORTISE_ERROR;
    return mortise_give_bytes(reply, NULL, 0);
  default:
    return test_served_blob(size, reply, error);
  }
}

static float single(const mortise_host *host, float value) {
  (void)host;
  return test_served_single(value);
}

static uint8_t latest(const mortise_host *host, uint8_t value) {
  (void)host;
  return (uint8_t)(value + 1);
}

static const test_used_v1 table = {sizeof table, 0,    narrow, wide, whole,  real,  flag,
                                   join,         sum,  each,   many, note,   scale, total,
                                   name,         tune, greet,  blob, single, latest};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return test_used_register(host, &table, error);
}
