/*
 * Times calls of services where a plugin makes them: in C. A route asks for one sample, and its answer's shard
 * is the picoseconds that a call took. With USER or PROVIDER: fifty services, to be linked.
 */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */

#include <mortise/mortise.h>
#include <time.h>

MORTISE_MODULE(.name = NAME, .version = "1.0.0")

typedef struct table {
  uint32_t size, reserved;
  int32_t (*call)(const mortise_host *host, int32_t number);
} table;

#define TEN(x, tens)                                                                                         \
  x(tens##0) x(tens##1) x(tens##2) x(tens##3) x(tens##4) x(tens##5) x(tens##6) x(tens##7) x(tens##8)         \
      x(tens##9)
#define SIGNATURE "call(host, number: i32) -> i32 [main-thread]"
#define bench_10_signature SIGNATURE
#define bench_11_signature SIGNATURE
#define bench_12_signature SIGNATURE
#define bench_13_signature SIGNATURE
#define bench_14_signature SIGNATURE
#define bench_15_signature SIGNATURE
#define bench_16_signature SIGNATURE
#define bench_17_signature SIGNATURE
#define bench_18_signature SIGNATURE
#define bench_19_signature SIGNATURE
#define bench_20_signature SIGNATURE
#define bench_21_signature SIGNATURE
#define bench_22_signature SIGNATURE
#define bench_23_signature SIGNATURE
#define bench_24_signature SIGNATURE
#define bench_25_signature SIGNATURE
#define bench_26_signature SIGNATURE
#define bench_27_signature SIGNATURE
#define bench_28_signature SIGNATURE
#define bench_29_signature SIGNATURE
#define bench_30_signature SIGNATURE
#define bench_31_signature SIGNATURE
#define bench_32_signature SIGNATURE
#define bench_33_signature SIGNATURE
#define bench_34_signature SIGNATURE
#define bench_35_signature SIGNATURE
#define bench_36_signature SIGNATURE
#define bench_37_signature SIGNATURE
#define bench_38_signature SIGNATURE
#define bench_39_signature SIGNATURE
#define bench_40_signature SIGNATURE
#define bench_41_signature SIGNATURE
#define bench_42_signature SIGNATURE
#define bench_43_signature SIGNATURE
#define bench_44_signature SIGNATURE
#define bench_45_signature SIGNATURE
#define bench_46_signature SIGNATURE
#define bench_47_signature SIGNATURE
#define bench_48_signature SIGNATURE
#define bench_49_signature SIGNATURE
#define bench_50_signature SIGNATURE
#define bench_51_signature SIGNATURE
#define bench_52_signature SIGNATURE
#define bench_53_signature SIGNATURE
#define bench_54_signature SIGNATURE
#define bench_55_signature SIGNATURE
#define bench_56_signature SIGNATURE
#define bench_57_signature SIGNATURE
#define bench_58_signature SIGNATURE
#define bench_59_signature SIGNATURE
#define FIFTY(x) TEN(x, 1) TEN(x, 2) TEN(x, 3) TEN(x, 4) TEN(x, 5)

#if defined(PROVIDER)
static int32_t call(const mortise_host *host, int32_t number) {
  return host ? number : 0;
}
static const table provided = {sizeof provided, 0, call};
#define PROVIDE(number) MORTISE_PROVIDE_SERVICE(bench_##number, "bench.s" #number, 1, 0)
FIFTY(PROVIDE)

#define REGISTER(number) "bench.s" #number,
static const char *const names[] = {FIFTY(REGISTER)};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of(names[i]),
                                     &provided, mortise_text_of(SIGNATURE)};
    if (host->register_service(host, &service, error) != MORTISE_OK) return MORTISE_ERROR;
  }
  return MORTISE_OK;
}

#elif defined(USER)
#define REQUIRE(number)                                                                                      \
  typedef table bench_##number##_v1;                                                                         \
  MORTISE_REQUIRE_SERVICE(bench_##number, "bench.s" #number, 1, 0)
FIFTY(REQUIRE)

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error;
  return bench_59_service->call(host, MORTISE_OK);
}

#else
typedef table bench_10_v1;
MORTISE_REQUIRE_SERVICE(bench_10, "bench.s10", 1, 0)
MORTISE_REQUIRE(log, 1, 1)
MORTISE_REQUIRE(memory, 1, 0)
MORTISE_REQUIRE(metrics, 1, 0)

/* Volatile: a compiler that sees who is called needs no pointer. */
static int32_t (*volatile direct_call)(const mortise_host *host, int32_t number);
static int32_t (*volatile direct_enabled)(const mortise_host *host, int32_t severity);
static mortise_metric *counter;
static volatile int32_t sink;

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error;
  direct_call = bench_10_service->call;
  direct_enabled = mortise_log_service->enabled;
  counter = mortise_metrics_service->counter(host, mortise_text_of("calls"), mortise_text_of("calls"));
  return MORTISE_OK;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

#define REPEAT(statement)                                                                                    \
  for (int64_t i = 0; i < calls; i++) {                                                                      \
    statement;                                                                                               \
  }                                                                                                          \
  break

/* The SQL's first letter says what; $1 how often. */
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  static const char text[] = "tenant 4711 is on shard 3, moved by the operator at noon";
  const mortise_text line = {text, sizeof text - 1};
  const mortise_member field = mortise_field_i64("tenant", 4711);
  const mortise_host *host = module_host;
  int64_t calls = 1, start;
  mortise_param_i64(context, 0, &calls);
  start = now();
  switch (context->sql.data[0]) {
  case 'd':
    REPEAT(sink = direct_call(host, 7));
  case 's':
    REPEAT(sink = bench_10_service->call(host, 7));
  case 'D':
    REPEAT(sink = direct_enabled(host, MORTISE_LOG_INFO));
  case 'S':
    REPEAT(sink = mortise_log_service->enabled(host, MORTISE_LOG_INFO));
  case 'w':
    REPEAT(mortise_log_service->write(host, MORTISE_LOG_INFO, line));
  case 'f':
    REPEAT(mortise_log_service->write_fields(host, MORTISE_LOG_INFO, line, &field, 1));
  case 'm':
    REPEAT(mortise_memory_service->release(host, mortise_memory_service->allocate(host, 64)));
  case 'c':
    REPEAT(mortise_metrics_service->add(host, counter, 1));
  default:
    return MORTISE_ERROR;
  }
  return mortise_direct(route, (uint64_t)((now() - start) * 1000 / calls));
}
#endif
