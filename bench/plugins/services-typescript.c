/*
 * For bench/services-typescript.mjs. Calls a service that is written in TypeScript, and a bare koffi callback of
 * the same signature, in the same loops; and provides functions for TypeScript to call.
 */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "services_typescript", .version = "1.0.0")

typedef struct bench_served_v1 {
  uint32_t size;
  uint32_t reserved;
  int32_t (*number)(const mortise_host *host, int32_t value);
  double (*real)(const mortise_host *host, double value);
  int32_t (*apply)(const mortise_host *host, const uint8_t *cart, uint64_t cart_size, int64_t *cents);
} bench_served_v1;
#define bench_served_signature                                                                               \
  "number(host, value: i32) -> i32 [main-thread];"                                                           \
  "real(host, value: f64) -> f64 [main-thread];"                                                             \
  "apply(host, cart: bytes, cents: out i64) -> status [main-thread]"
MORTISE_SERVICE_CELL(bench_served, 1)
MORTISE_REQUIRE_SERVICE(bench_served, "bench.served", 1, 0)

typedef struct bench_used_v1 {
  uint32_t size;
  uint32_t reserved;
  int32_t (*number)(const mortise_host *host, int32_t value);
  double (*real)(const mortise_host *host, double value);
  int32_t (*apply)(const mortise_host *host, const uint8_t *cart, uint64_t cart_size, int64_t *cents);
  /* Call `times` times what stands at `function`, or the service when that is 0. */
  int64_t (*loop_number)(const mortise_host *host, uint64_t function, int32_t times);
  double (*loop_real)(const mortise_host *host, uint64_t function, int32_t times);
  int64_t (*loop_apply)(const mortise_host *host, uint64_t function, const uint8_t *cart, uint64_t cart_size,
                        int32_t times);
} bench_used_v1;
#define bench_used_signature MORTISE_UNSTATED
MORTISE_PROVIDE_SERVICE(bench_used, "bench.used", 1, 0)

MORTISE_EXPORT int32_t bench_number(const mortise_host *host, int32_t value) {
  (void)host;
  return value + 1;
}

MORTISE_EXPORT double bench_real(const mortise_host *host, double value) {
  (void)host;
  return value + 1;
}

MORTISE_EXPORT int32_t bench_apply(const mortise_host *host, const uint8_t *cart, uint64_t cart_size,
                                   int64_t *cents) {
  (void)host;
  *cents = (int64_t)cart_size + cart[0];
  return MORTISE_OK;
}

static int64_t loop_number(const mortise_host *host, uint64_t address, int32_t times) {
  int32_t (*function)(const mortise_host *, int32_t) =
      (int32_t (*)(const mortise_host *, int32_t))(uintptr_t)address;
  int64_t sum = 0;
  if (!function) function = bench_served_service->number;
  (void)host;
  for (int32_t i = 0; i < times; i++)
    sum += function(module_host, i);
  return sum;
}

static double loop_real(const mortise_host *host, uint64_t address, int32_t times) {
  double (*function)(const mortise_host *, double) =
      (double (*)(const mortise_host *, double))(uintptr_t)address;
  double sum = 0;
  if (!function) function = bench_served_service->real;
  (void)host;
  for (int32_t i = 0; i < times; i++)
    sum += function(module_host, i);
  return sum;
}

static int64_t loop_apply(const mortise_host *host, uint64_t address, const uint8_t *cart, uint64_t cart_size,
                          int32_t times) {
  int32_t (*function)(const mortise_host *, const uint8_t *, uint64_t, int64_t *) =
      (int32_t (*)(const mortise_host *, const uint8_t *, uint64_t, int64_t *))(uintptr_t)address;
  int64_t sum = 0, cents = 0;
  if (!function) function = bench_served_service->apply;
  (void)host;
  for (int32_t i = 0; i < times; i++) {
    function(module_host, cart, cart_size, &cents);
    sum += cents;
  }
  return sum;
}

static const bench_used_v1 table = {sizeof table, 0,           bench_number, bench_real,
                                    bench_apply,  loop_number, loop_real,    loop_apply};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of("bench.used"),
                                   &table, mortise_text_of(bench_used_signature)};
  return host->register_service(host, &service, error);
}
