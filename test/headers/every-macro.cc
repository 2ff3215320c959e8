// The same as every-macro.c for C++, whose plugins have a macro of their own.
#include <mortise/mortise.h>

extern "C" {
typedef struct shop_price_rule_v1 {
  uint32_t size;
  uint32_t reserved;
  int32_t (*apply)(const mortise_host *host, int64_t *cents);
} shop_price_rule_v1;
}
#define shop_price_rule_signature "apply(host, cents: out i64) -> status [main-thread]"
#define shop_discount_signature MORTISE_UNSTATED
MORTISE_SERVICE_CELL(shop_price_rule, 1)

MORTISE_MODULE_CXX("every_macro", "1.2.3-rc.1", "17-6.1.0", MORTISE_MODULE_EXACT_TOOLCHAIN)
MORTISE_REQUIRE(log, 1, 0)
MORTISE_WANT_SERVICE(shop_price_rule, "shop.price_rule", 1, 2)
MORTISE_PROVIDE_SERVICE(shop_discount, "shop.discount", 1, 0)

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  int64_t cents = mortise_config_i64(host, "cents", 0);
  if (shop_price_rule_service && shop_price_rule_service->apply(host, &cents) != MORTISE_OK)
    return mortise_fail(error, "no rule for %" PRId64 " cents", cents);
  mortise_log(MORTISE_LOG_INFO, "plugin %.*s", MORTISE_TEXT_ARGS(host->plugin));
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  int64_t key;
  if (!mortise_param_i64(context, 0, &key)) return MORTISE_PASS;
  return mortise_direct(route, static_cast<uint64_t>(key) % context->shards);
}
