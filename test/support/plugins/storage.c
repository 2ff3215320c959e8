// Needs SIZE bytes of thread-local storage.
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "storage", .version = "1.0.0")

static __thread char bytes[SIZE];

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  bytes[context->shards % SIZE]++;
  return mortise_direct(route, (uint64_t)bytes[3] & 1);
}
