/* Provides test.rule 1.0, or 1.1 when MINOR says so, under the name NAME. TABLE spoils the table. */
#include "test_rule.h"
#include <mortise/mortise.h>

#include <stdlib.h>
#include <time.h>

#ifndef MINOR
#define MINOR 1
#endif

MORTISE_MODULE(.name = NAME, .version = "1.0.0")
MORTISE_PROVIDE_SERVICE(test_rule, "test.rule", 1, MINOR)

static int64_t percent, calls;

/* A cart is its cents in decimal; "!" fails without a word. */
static int32_t apply(const mortise_host *host, const uint8_t *cart, uint64_t cart_size, int64_t *cents,
                     mortise_error *error) {
  int64_t sum = 0;
  (void)host;
  for (uint64_t i = 0; i < cart_size; i++) {
    if (cart[i] == '!') return MORTISE_ERROR;
    if (cart[i] < '0' || cart[i] > '9')
      return mortise_fail(error, "byte %d of the cart is not a digit", (int)i);
    sum = sum * 10 + (cart[i] - '0');
  }
  calls++;
  *cents = sum * percent / 100;
  return MORTISE_OK;
}

static uint64_t address(const mortise_host *host, const uint8_t *data, uint64_t data_size) {
  (void)host;
  (void)data_size;
  return (uint64_t)(uintptr_t)data;
}

static uint32_t deep(const mortise_host *host, uint32_t kib) {
  volatile char frame[1024];
  frame[0] = (char)kib;
  return kib == 0 ? (uint32_t)frame[0] : deep(host, kib - 1) + 1 + (uint32_t)(frame[0] - frame[0]);
}

static int32_t slow(const mortise_host *host, uint32_t milliseconds) {
  const struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
  (void)host;
  nanosleep(&time, NULL);
  return MORTISE_OK;
}

static int32_t who(const mortise_host *host, uint8_t *name, uint64_t name_size, uint64_t *size) {
  *size = host->plugin.size;
  if (host->plugin.size > name_size) return MORTISE_ERROR;
  memcpy(name, host->plugin.data, host->plugin.size);
  return MORTISE_OK;
}

static int32_t fill(const mortise_host *host, int64_t *beyond) {
  (void)host;
  *beyond = INT64_MAX;
  return MORTISE_OK;
}

static int32_t again(const mortise_host *host, int32_t depth, int32_t (*inner)(void *data, int32_t depth),
                     void *inner_data, int32_t *before, mortise_error *error) {
  int32_t status;
  (void)host;
  (void)error;
  *before = depth;
  status = depth > 0 ? inner(inner_data, depth - 1) : 0;
  return status;
}

static uint8_t later(const mortise_host *host) {
  (void)host;
  return 11;
}

static int32_t withdraw(const mortise_host *host, mortise_error *error);

static test_rule_v1 table = {sizeof table, 0, apply, address, deep, slow, who, fill, again, later, withdraw};

static int32_t withdraw(const mortise_host *host, mortise_error *error) {
  (void)host;
  return module_host->unregister_service(module_host, &table, error);
}

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  mortise_service service = {sizeof service, MORTISE_VERSION(1, MINOR), mortise_text_of("test.rule"), &table,
                             mortise_text_of(test_rule_signature)};
  if (MINOR == 0) table.size -= 2 * (uint32_t)sizeof(void *);
#ifdef SHORT
  table.size = 24;
#endif
#ifdef HOLE
  table.slow = NULL;
#endif
  return host->register_service(host, &service, error);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error;
  percent = mortise_config_i64(host, "percent", 100);
  return MORTISE_OK;
}
