/* Routes by the integer of the first parameter; without one, by 1,000 and the declared type of the last. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "types", .version = "1.0.0")

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  int64_t number;
  if (mortise_param_i64(context, 0, &number)) return mortise_direct(route, (uint64_t)number);
  const uint64_t count = context->parameter_count;
  return mortise_direct(route, 1000 + (count ? mortise_param_type(context, count - 1) : 0));
}
