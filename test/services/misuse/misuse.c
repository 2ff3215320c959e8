/* Provides test.misuse, and calls test.held, which TypeScript serves, as its caller asks: wrongly. */
#include "test_held.h"
#include "test_misuse.h"
#include <mortise/mortise.h>

#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

MORTISE_MODULE(.name = "misuse", .version = "1.0.0")
TEST_HELD_REQUIRE
TEST_MISUSE_PROVIDE

/* Sixteen bytes, and then nothing that can be read. */
static uint8_t *edge;

/* Where an argument lies: in good memory, at its end, nowhere, in the first page, where no address is. */
static uint8_t *at(int32_t place) {
  static uint8_t good[16384];
  switch (place) {
  case 0:
    return good;
  case 1:
    return edge;
  case 2:
    return NULL;
  case 3:
    return (uint8_t *)(uintptr_t)16;
  default:
    return (uint8_t *)(uintptr_t)0xfffffffffffff000;
  }
}

static int64_t lie(const mortise_host *host, int32_t what, int32_t place, int64_t size) {
  const uint64_t said = (uint64_t)size;
  mortise_error error = {.size = sizeof error};
  (void)host;
  if (what == 0) return test_held_service->take(module_host, at(place), said);
  if (what == 1) return test_held_service->read(module_host, (const char *)at(place), said);
  return test_held_service->fill(module_host, at(place), said, &error);
}

static int32_t ask(const mortise_host *host, int64_t size, mortise_error *error) {
  static uint8_t data[65536];
  (void)host;
  memset(data, 1, sizeof data);
  return test_held_service->fill(module_host, data, (uint64_t)size, error);
}

static int64_t sum_of(const uint8_t *data, uint64_t size) {
  int64_t sum = 0;
  for (uint64_t i = 0; i < size; i++)
    sum += data[i];
  return sum;
}

static int64_t sum(const mortise_host *host, const uint8_t *data, uint64_t data_size, int32_t asks) {
  (void)host;
  if (asks) test_held_service->take(module_host, at(0), 3);
  return sum_of(data, data_size);
}

static int64_t each(const mortise_host *host, const uint8_t *data, uint64_t data_size,
                    int32_t (*visit)(void *data, int32_t n), void *visit_data) {
  int64_t total = 0;
  (void)host;
  for (int32_t n = 0; n < 2; n++) {
    visit(visit_data, n);
    total += sum_of(data, data_size);
  }
  return total;
}

static int32_t write_(const mortise_host *host, uint8_t *data, uint64_t data_size, void (*visit)(void *data),
                      void *visit_data) {
  (void)host;
  visit(visit_data);
  memset(data, 9, data_size);
  return MORTISE_OK;
}

static int64_t ends(const mortise_host *host, const uint8_t *data, uint64_t data_size, const uint8_t *other,
                    uint64_t other_size, int32_t n, int64_t *first) {
  (void)host;
  *first = data_size > 0 ? data[0] : -1;
  return sum_of(data, data_size) + sum_of(other, other_size) + n;
}

static int32_t (*kept)(void *data, int32_t n);
static void *kept_data;
static int32_t answered;

static void keep(const mortise_host *host, int32_t (*visit)(void *data, int32_t n), void *visit_data) {
  (void)host;
  kept = visit;
  kept_data = visit_data;
}

static void *call_kept(void *unused) {
  answered = kept(kept_data, 8);
  return unused;
}

/* Calls what was kept: now, on a thread, or with the new call's pointer and no data. */
static int32_t stale(const mortise_host *host, int32_t how, int32_t (*visit)(void *data, int32_t n),
                     void *visit_data) {
  pthread_t thread;
  (void)host;
  if (how == 0) return kept(kept_data, 7) + 100 * visit(visit_data, 1);
  if (how == 1) return visit(NULL, 7);
  if (pthread_create(&thread, NULL, call_kept, NULL)) return -2;
  pthread_detach(thread);
  return 0;
}

static int32_t wrong(const mortise_host *host, int32_t place, int64_t size,
                     int32_t (*visit)(void *data, const uint8_t *part, uint64_t part_size, const char *words,
                                      uint64_t words_size),
                     void *visit_data) {
  (void)host;
  return visit(visit_data, at(place), (uint64_t)size, "fine", 4);
}

static void wait_for(int32_t milliseconds) {
  const struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
  nanosleep(&time, NULL);
}

static int64_t later(const mortise_host *host, const uint8_t *data, uint64_t data_size,
                     int32_t milliseconds) {
  (void)host;
  wait_for(milliseconds);
  return sum_of(data, data_size);
}

static int64_t mark(const mortise_host *host, uint8_t *data, uint64_t data_size, int32_t milliseconds) {
  (void)host;
  wait_for(milliseconds);
  memset(data, 5, data_size);
  return (int64_t)data_size;
}

static const test_misuse_v1 table = {sizeof table, 0,    lie,   ask,   sum,   each, write_,
                                     ends,         keep, stale, wrong, later, mark};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return test_misuse_register(host, &table, error);
}

/* Its callback is long over, and so may be the thread that answered it. */
MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  if (kept) kept(kept_data, 9);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const size_t page = 65536;
  uint8_t *two = (uint8_t *)mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)host;
  if (two == MAP_FAILED || mprotect(two + page, page, PROT_NONE)) return mortise_fail(error, "no memory");
  edge = two + page - 16;
  return MORTISE_OK;
}
