/* Provides test.kinds, which gives answers of any length, records and handles, well and badly. */
#include "test_kinds.h"
#include <mortise/mortise.h>

#include <stdlib.h>
#include <string.h>

MORTISE_MODULE(.name = "kinds", .version = "1.0.0")
TEST_KINDS_PROVIDE

struct test_kinds_stream {
  int32_t next;
};

static int32_t live;

/* `how` 1: a large one before it, 2: a small one before it, 3: a size that nothing has, 4: no data, 5: twice itself. */
static int32_t repeat(const mortise_host *host, int32_t how, uint32_t times, mortise_reply *reply,
                      mortise_error *error) {
  char *const given = (char *)malloc((size_t)times + 5000);
  int32_t status;
  (void)host;
  if (!given) return mortise_fail(error, "no memory");
  memset(given, 'x', (size_t)times + 5000);
  if (how == 1) reply->give(reply, given, (uint64_t)times + 5000);
  if (how == 2) reply->give(reply, given, 3);
  if (how == 5) reply->give(reply, given, times);
  status = how == 3   ? reply->give(reply, given, UINT64_MAX)
           : how == 4 ? reply->give(reply, NULL, 7)
                      : reply->give(reply, given, times);
  free(given);
  return status == MORTISE_OK ? MORTISE_OK : mortise_fail(error, "not taken");
}

static int32_t swap(const mortise_host *host, const test_kinds_pair *pair, test_kinds_pair *swapped) {
  (void)host;
  swapped->first = (int8_t)pair->second;
  swapped->second = pair->first;
  return MORTISE_OK;
}

static int32_t open_(const mortise_host *host, test_kinds_stream **stream) {
  (void)host;
  *stream = (test_kinds_stream *)calloc(1, sizeof **stream);
  live++;
  return MORTISE_OK;
}

static int32_t next(const mortise_host *host, test_kinds_stream *stream, int32_t step) {
  (void)host;
  return stream->next += step;
}

static void close_(const mortise_host *host, test_kinds_stream *stream) {
  (void)host;
  free(stream);
  live--;
}

static int32_t count(const mortise_host *host) {
  (void)host;
  return live;
}

static const test_kinds_v1 table = {.size = sizeof table,
                                    .repeat = repeat,
                                    .swap = swap,
                                    .open = open_,
                                    .next = next,
                                    .close = close_,
                                    .count = count};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return test_kinds_register(host, &table, error);
}
