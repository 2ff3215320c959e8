/* The least that a routing plugin can do: with PASSES it has no opinion, else it looks at one key's last byte. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "bench_router", .version = "1.0.0")

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
#ifdef PASSES
  (void)route;
  return context->parameter_count > 100 ? MORTISE_OK : MORTISE_PASS;
#else
  const mortise_parameter *key = mortise_param(context, 0);
  if (!key || key->size == 0) return MORTISE_PASS;
  return mortise_direct(route, key->data[key->size - 1] & (context->shards - 1));
#endif
}
