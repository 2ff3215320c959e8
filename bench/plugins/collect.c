// What bench -- collect loads into collectd's daemon and into mortise: readers that make values, and a writer that
// counts them and asks the system what the process has used meanwhile. Its environment says what it does:
//   BENCH_RESULT                   the file that gets the results
//   BENCH_MODE                     values, stuck or intervals
//   BENCH_READERS                  how many
// values, stuck:
//   BENCH_SERIES                   how many series the readers have among each other
//   BENCH_WARM, BENCH_VALUES       how many are written before the measurement begins, and how many it takes
//   BENCH_WAITING                  readers pause while more than so many wait to be written
//   stuck: a second writer takes one value and never comes back; the result is what the first one wrote in
//   BENCH_SECONDS
//   The result: values, processor ns, elapsed ns, values made, bytes of memory
// intervals:
//   BENCH_SECONDS                  how long; BENCH_HANG: one more reader never comes back
//   The result: processor ns, then a line a run: reader, ns
#include "collectd/core/daemon/collectd.h"
#include "collectd/core/daemon/plugin.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// A reader makes so many at a time.
static const int batch = 20000;

struct reader {
  long first, count, next;
};

static _Atomic long made, written;
static long series, readers, warm, values, max_waiting, seconds;
static int is_stuck;
static long long cpu_before, time_before;

static long setting(const char *name, long otherwise) {
  const char *const text = getenv(name);
  return text ? atol(text) : otherwise;
}

static long long cpu_now(void) {
  struct timespec at;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static long long time_now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static void begin(void) {
  cpu_before = cpu_now();
  time_before = time_now();
}

static long memory(void) {
  long pages = 0;
  FILE *const file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%*s %ld", &pages) != 1) abort();
  fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

// In one step, so that nobody reads half of it.
static FILE *part;
static char part_path[4096];

static void open_result(void) {
  snprintf(part_path, sizeof(part_path), "%s.part", getenv("BENCH_RESULT"));
  part = fopen(part_path, "w");
  if (!part) abort();
}

static void close_result(void) {
  fclose(part);
  rename(part_path, getenv("BENCH_RESULT"));
}

static void end(long count) {
  const long long cpu = cpu_now() - cpu_before, elapsed = time_now() - time_before;
  open_result();
  fprintf(part, "%ld %lld %lld %ld %ld\n", count, cpu, elapsed, (long)made, memory());
  close_result();
}

// What is measured is the collector: printf would take a good part of the time.
static void name_it(char *name, const char *start, long number) {
  char digits[24], *at = digits + sizeof(digits);
  do
    *--at = (char)('0' + number % 10);
  while (number /= 10);
  const size_t size = strlen(start), count = (size_t)(digits + sizeof(digits) - at);
  memcpy(name, start, size);
  memcpy(name + size, at, count);
  name[size + count] = 0;
}

static int read_values(user_data_t *data) {
  struct reader *const reader = data->data;
  if (made - written > max_waiting) return 0;
  value_list_t list = VALUE_LIST_INIT;
  value_t value;
  list.values = &value;
  list.values_len = 1;
  strcpy(list.plugin, "bench");
  strcpy(list.type, "derive");
  for (int i = 0; i < batch; i++) {
    const long number = reader->first + reader->next;
    reader->next = (reader->next + 1) % reader->count;
    value.derive = i;
    name_it(list.plugin_instance, "disk-", number / 100);
    name_it(list.type_instance, "operations-", number % 100);
    plugin_dispatch_values(&list);
  }
  made += batch;
  return 0;
}

static int write_values(const data_set_t *set, const value_list_t *list, user_data_t *data) {
  (void)data;
  if (set->ds_num != list->values_len || list->plugin[0] != 'b') abort();
  const long number = ++written;
  if (is_stuck) return 0;
  if (number == warm) begin();
  if (number == warm + values) end(values);
  return 0;
}

static void *wait_and_end(void *data) {
  (void)data;
  begin();
  usleep((useconds_t)(seconds * 1000000));
  end(written);
  return NULL;
}

static _Noreturn void hang(void) {
  for (;;)
    pause();
}

static int get_stuck(const data_set_t *set, const value_list_t *list, user_data_t *data) {
  (void)set, (void)list, (void)data;
  hang();
}

static int never_return(user_data_t *data) {
  (void)data;
  hang();
}

// --- Intervals

struct ticking {
  long number;
};

static struct {
  long reader;
  long long at;
} runs[100000];
static _Atomic long run_count;

static int tick(user_data_t *data) {
  const struct ticking *const me = data->data;
  const long run = run_count++;
  if (run >= (long)(sizeof(runs) / sizeof(*runs))) return 0;
  runs[run].reader = me->number;
  runs[run].at = time_now();
  return 0;
}

static void *end_intervals(void *data) {
  (void)data;
  begin();
  usleep((useconds_t)(seconds * 1000000));
  const long long cpu = cpu_now() - cpu_before;
  const long count = run_count;
  usleep(100000); // who has a number has written its line
  open_result();
  fprintf(part, "%lld\n", cpu);
  for (long i = 0; i < count; i++)
    fprintf(part, "%ld %lld\n", runs[i].reader, runs[i].at);
  close_result();
  return NULL;
}

static void start(void *(*function)(void *)) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, function, NULL) != 0) abort();
  pthread_detach(thread);
}

static void add(const char *start_of_name, long number, plugin_read_cb read, cdtime_t interval, void *data) {
  char name[64];
  snprintf(name, sizeof(name), "%s/%ld", start_of_name, number);
  const user_data_t user_data = {.data = data};
  if (plugin_register_complex_read(NULL, name, read, interval, &user_data) != 0) abort();
}

static void register_intervals(void) {
  const cdtime_t interval = TIME_T_TO_CDTIME_T(1) / 10;
  if (getenv("BENCH_HANG")) add("hang", 0, never_return, interval, NULL);
  for (long i = 0; i < readers; i++) {
    struct ticking *const one = malloc(sizeof(*one));
    *one = (struct ticking){.number = i};
    add("tick", i, tick, interval, one);
  }
  start(end_intervals);
}

void module_register(void) {
  const char *const mode = getenv("BENCH_MODE");
  readers = setting("BENCH_READERS", 5);
  seconds = setting("BENCH_SECONDS", 5);
  if (strcmp(mode, "intervals") == 0) return register_intervals();
  is_stuck = strcmp(mode, "stuck") == 0;
  series = setting("BENCH_SERIES", 1000);
  warm = setting("BENCH_WARM", 100000);
  values = setting("BENCH_VALUES", 500000);
  max_waiting = setting("BENCH_WAITING", 100000);
  for (long i = 0; i < readers; i++) {
    struct reader *const reader = malloc(sizeof(*reader));
    *reader = (struct reader){.first = i * (series / readers), .count = series / readers};
    add("bench", i, read_values, TIME_T_TO_CDTIME_T(1) / 1000, reader);
  }
  plugin_register_write("bench", write_values, NULL);
  if (!is_stuck) return;
  plugin_register_write("stuck", get_stuck, NULL);
  start(wait_and_end);
}
