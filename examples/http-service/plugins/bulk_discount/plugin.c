/* bulk_discount: who buys many pieces pays some percent less. Provides shop.price_rule 1.0. */
#include "shop_price_rule.h"

#include <mortise/mortise.h>

MORTISE_MODULE(.name = "bulk_discount", .version = "1.0.0")
SHOP_PRICE_RULE_PROVIDE

/* Set once, by module_init. */
static uint64_t least, percent;

static int32_t own_apply(const mortise_host *host, const char *customer, uint64_t customer_size,
                         uint32_t items, int64_t cents, int64_t *discounted, mortise_error *error) {
  (void)host;
  (void)customer;
  (void)customer_size;
  if (cents < 0 || cents > INT64_MAX / 100) return mortise_fail(error, "%" PRId64 " cents is not a valid price", cents);
  /* Halves of a cent are the customer's. */
  *discounted = items < least ? cents : cents * (int64_t)(100 - percent) / 100;
  return MORTISE_OK;
}

static const shop_price_rule_v1 table = {
    .size = sizeof table,
    .apply = own_apply,
};

/* Once, first: offers the table. */
MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return shop_price_rule_register(host, &table, error);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  least = mortise_config_u64(host, "items", 10);
  percent = mortise_config_u64(host, "percent", 5);
  return percent <= 100 ? MORTISE_OK : mortise_fail(error, "percent must be at most 100");
}
