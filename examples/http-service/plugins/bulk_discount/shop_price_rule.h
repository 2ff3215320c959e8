/*
 * shop.price_rule 1.0: one rule that lowers a price
 *
 * Written by `mortise headers` from the definition of the service: change that, not this file.
 *
 * To call it, write SHOP_PRICE_RULE_REQUIRE once, in one source file: the host then refuses the plugin when it can't give
 * the service. With SHOP_PRICE_RULE_WANT the plugin goes on without it. The functions at the end call it.
 * To provide it, write SHOP_PRICE_RULE_PROVIDE once, fill in a shop_price_rule_v1, and call shop_price_rule_register in
 * module_register.
 *
 * `host` is the caller's own. Pointers are the caller's, and valid for that call; a size counts bytes, a count elements. Until
 * the call returns, what is read doesn't change, not in a callback either, and what is written to overlaps nothing
 * else that is passed. Whoever fails leaves zeros in what it would have given back.
 */
#ifndef SHOP_PRICE_RULE_H
#define SHOP_PRICE_RULE_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/module.h>
#include <mortise/service.h>
#include <mortise/text.h>

#define shop_price_rule_signature \
  "apply(host, customer: text, items: u32, cents: i64, discounted: out i64, error) -> status [main-thread]"

#define SHOP_PRICE_RULE_REQUIRE MORTISE_REQUIRE_SERVICE(shop_price_rule, "shop.price_rule", 1, 0)
#define SHOP_PRICE_RULE_WANT MORTISE_WANT_SERVICE(shop_price_rule, "shop.price_rule", 1, 0)
#define SHOP_PRICE_RULE_PROVIDE MORTISE_PROVIDE_SERVICE(shop_price_rule, "shop.price_rule", 1, 0)

typedef struct shop_price_rule_v1 {
  uint32_t size; /* sizeof(shop_price_rule_v1) */
  uint32_t reserved;

  /*
   * What `items` pieces cost the customer, when they cost `cents` before this rule: at most that, at
   * least 0. 0, or anything else when it failed; then `error` says why. `discounted` receives a value.
   * [main-thread]
   */
  int32_t (*apply)(const mortise_host *host, const char *customer, uint64_t customer_size,
      uint32_t items, int64_t cents, int64_t *discounted, mortise_error *error);
} shop_price_rule_v1;

MORTISE_SERVICE_CELL(shop_price_rule, 1)

/* Provides the service. `table` stays as it is until module_fini returns. [entry] */
static inline int32_t shop_price_rule_register(const mortise_host *host, const shop_price_rule_v1 *table,
    mortise_error *error) {
  mortise_service service;
  service.size = sizeof service;
  service.version = MORTISE_VERSION(1, 0);
  service.name = mortise_text_of("shop.price_rule");
  service.table = table;
  service.signature = mortise_text_of(shop_price_rule_signature);
  return host->register_service(host, &service, error);
}

/* 1 when the plugin has the service, and a function in it: SHOP_PRICE_RULE_HAS(apply). */
#define SHOP_PRICE_RULE_HAS(function)                                                                      \
  (module_host && shop_price_rule_service &&                                                                  \
   shop_price_rule_service->size >= offsetof(shop_price_rule_v1, function) + sizeof(shop_price_rule_service->function))

/* Calls apply; fails without the service. [main-thread] */
static inline int32_t shop_price_rule_apply(mortise_text customer, uint32_t items, int64_t cents,
      int64_t *discounted, mortise_error *error) {
  if (!SHOP_PRICE_RULE_HAS(apply)) {
    if (discounted) *discounted = 0;
    return mortise_fail(error, "the host has no shop.price_rule with apply");
  }
  return shop_price_rule_service->apply(module_host, customer.data, customer.size, items, cents,
      discounted, error);
}

#endif
