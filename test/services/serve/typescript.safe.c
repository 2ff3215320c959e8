/* Provides test.count, whose functions may rely on the main thread. */
#include "test_count.h"
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "count", .version = "1.0.0")
TEST_COUNT_PROVIDE

static int64_t count; /* of one thread */

static int64_t bump(const mortise_host *host) {
  (void)host;
  return ++count;
}

static int32_t look(const mortise_host *host, int64_t *now) {
  (void)host;
  *now = count;
  return MORTISE_OK;
}

static int32_t is_even(const mortise_host *host, double *half) {
  (void)host;
  *half = (double)count / 2;
  return count % 2 == 0;
}

static void reset(const mortise_host *host) {
  (void)host;
  count = 0;
}

static int64_t free_(const mortise_host *host) {
  (void)host;
  return 1;
}

static const test_count_v1 table = {sizeof table, 0, bump, look, is_even, reset, free_};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return test_count_register(host, &table, error);
}
