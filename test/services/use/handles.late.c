/* Provides test.late: handles that come late, and take long to go. */
#include "test_late.h"
#include <mortise/mortise.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

MORTISE_MODULE(.name = "late", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)
TEST_LATE_PROVIDE

struct test_late_stream {
  int32_t milliseconds;
};

static atomic_int live, is_over, closed_late;

static void wait_for(int32_t milliseconds) {
  const struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
  nanosleep(&time, NULL);
}

static int32_t open_(const mortise_host *host, int32_t milliseconds, test_late_stream **stream) {
  (void)host;
  wait_for(milliseconds);
  *stream = (test_late_stream *)malloc(sizeof **stream);
  if (!*stream) return MORTISE_ERROR;
  (*stream)->milliseconds = milliseconds;
  live++;
  return MORTISE_OK;
}

static int32_t visit(const mortise_host *host, void (*visit)(void *data), void *visit_data,
                     test_late_stream **stream) {
  visit(visit_data);
  return open_(host, 0, stream);
}

static int32_t next(const mortise_host *host, test_late_stream *stream, int32_t number, int32_t *got) {
  (void)host;
  *got = stream->milliseconds + number;
  return MORTISE_OK;
}

static void close_(const mortise_host *host, test_late_stream *stream) {
  (void)host;
  if (is_over) closed_late++;
  wait_for(stream->milliseconds);
  free(stream);
  live--;
}

static int32_t count(const mortise_host *host) {
  (void)host;
  return live;
}

static const test_late_v1 table = {
    .size = sizeof table, .open = open_, .visit = visit, .next = next, .close = close_, .count = count};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  is_over = 0;
  return test_late_register(host, &table, error);
}

/* When the process ends as well: a handle that is closed after fini tells of itself. */
__attribute__((destructor)) static void end(void) {
  if (closed_late) abort();
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  is_over = 1;
  mortise_log(MORTISE_LOG_INFO, "%d live", live);
}
