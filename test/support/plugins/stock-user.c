/* Needs a service that the embedder writes in TypeScript, and asks it once at the start. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "stock_user", .version = "1.0.0")

typedef struct shop_stock_v1 {
  uint32_t size, reserved;
  int64_t (*left)(const mortise_host *host, const char *sku, uint64_t sku_size);
} shop_stock_v1;
#define shop_stock_signature "left(host, sku: text) -> i64 or -1 [main-thread]"
MORTISE_REQUIRE_SERVICE(shop_stock, "shop.stock", 1, 0)

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const int64_t left = shop_stock_service->left(host, "apple", 5);
  return left == 12 ? MORTISE_OK : mortise_fail(error, "%lld apples", (long long)left);
}
