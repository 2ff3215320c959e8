/* Calls a function, whose address stands in its configuration, while it is being asked. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "callback", .version = "1.0.0")

static int64_t (*function)(int64_t);

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  function = (int64_t (*)(int64_t))(uintptr_t)mortise_config_u64(host, "function", 0);
  return function ? MORTISE_OK : mortise_fail(error, "there is no function");
}

static uint64_t hash_of(const mortise_context *context) {
  uint64_t hash = 14695981039346656037u;
  for (uint64_t i = 0; i < context->sql.size; i++)
    hash = (hash ^ (uint8_t)context->sql.data[i]) * 1099511628211u;
  for (uint64_t p = 0; p < context->parameter_count; p++)
    for (uint64_t i = 0; i < context->parameters[p].size; i++)
      hash = (hash ^ context->parameters[p].data[i]) * 1099511628211u;
  return hash ^ context->shards ^ context->parameter_count;
}

/* $1 is handed to the function; its answer is the shard, or no opinion when it is negative. */
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  int64_t argument, answer;
  const uint64_t before = hash_of(context);
  if (!mortise_param_i64(context, 0, &argument)) return MORTISE_PASS;
  answer = function(argument);
  /* A context stays as it is until its call returns, whatever was routed meanwhile. */
  if (hash_of(context) != before) return -3;
  return answer < 0 ? MORTISE_PASS : mortise_direct(route, (uint64_t)answer);
}
