/* Provides test.streams: counters that its callers hold. */
#include "test_streams.h"
#include <mortise/mortise.h>

#include <stdlib.h>
#include <time.h>

MORTISE_MODULE(.name = NAME, .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)
TEST_STREAMS_PROVIDE

struct test_streams_stream {
  int32_t next;
};

static int32_t live;

/* −1 succeeds and gives none. */
static int32_t open_(const mortise_host *host, int32_t start, test_streams_stream **stream) {
  (void)host;
  if (start == -1) return MORTISE_OK;
  *stream = (test_streams_stream *)malloc(sizeof **stream);
  if (!*stream) return MORTISE_ERROR;
  (*stream)->next = start;
  live++;
  return MORTISE_OK;
}

static int32_t next(const mortise_host *host, test_streams_stream *stream) {
  (void)host;
  return stream->next++;
}

static int32_t visit(const mortise_host *host, test_streams_stream *stream, void (*visit)(void *data),
                     void *visit_data) {
  (void)host;
  visit(visit_data);
  return stream->next;
}

static int32_t slow(const mortise_host *host, test_streams_stream *stream, int32_t milliseconds) {
  const struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
  (void)host;
  nanosleep(&time, NULL);
  return stream->next;
}

static int32_t both(const mortise_host *host, test_streams_stream *first, int32_t number,
                    test_streams_stream *second) {
  (void)host;
  return first->next + number + second->next;
}

static int32_t make(const mortise_host *host, test_streams_other **made) {
  static char place;
  (void)host;
  *made = (test_streams_other *)&place;
  return MORTISE_OK;
}

static void drop(const mortise_host *host, test_streams_other *given) {
  (void)host;
  (void)given;
}

static void close_(const mortise_host *host, test_streams_stream *stream) {
  (void)host;
  free(stream);
  live--;
}

static int32_t count(const mortise_host *host) {
  (void)host;
  return live;
}

static const test_streams_v1 table = {.size = sizeof table,
                                      .open = open_,
                                      .next = next,
                                      .visit = visit,
                                      .slow = slow,
                                      .both = both,
                                      .make = make,
                                      .drop = drop,
                                      .close = close_,
                                      .count = count};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return test_streams_register(host, &table, error);
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  mortise_log(MORTISE_LOG_INFO, "%d live", live);
}
