/* Every macro that a plugin in C may use, once. */
#include <mortise/mortise.h>

typedef struct shop_price_rule_v1 {
  uint32_t size;
  uint32_t reserved;
  int32_t (*apply)(const mortise_host *host, int64_t *cents);
} shop_price_rule_v1;
#define shop_price_rule_signature "apply(host, cents: out i64) -> status [main-thread]"
#define shop_discount_signature MORTISE_UNSTATED
MORTISE_SERVICE_CELL(shop_price_rule, 1)

MORTISE_MODULE(.name = "every_macro", .version = "1.2.3-rc.1", .parser = "17-6.1.0",
               .flags = MORTISE_MODULE_EXACT_TOOLCHAIN)
MORTISE_REQUIRE(log, 1, 0)
MORTISE_WANT_SERVICE(shop_price_rule, "shop.price_rule", 1, 2)
MORTISE_PROVIDE_SERVICE(shop_discount, "shop.discount", 1, 0)

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  static const struct {
    uint32_t size;
  } table = {sizeof table};
  mortise_service service = {0};
  service.size = sizeof service;
  service.version = MORTISE_VERSION(1, 0);
  service.name = mortise_text_of("shop.discount");
  service.table = &table;
  service.signature = mortise_text_of(shop_discount_signature);
  return host->register_service(host, &service, error);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  int64_t cents = mortise_config_i64(host, "cents", 0);
  if (shop_price_rule_service && shop_price_rule_service->apply(host, &cents) != MORTISE_OK)
    return mortise_fail(error, "no rule for %" PRId64 " cents", cents);
  mortise_log(MORTISE_LOG_INFO, "plugin %.*s", MORTISE_TEXT_ARGS(host->plugin));
  return MORTISE_OK;
}
