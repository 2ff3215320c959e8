/*
 * {{name}}: sends a query to the shard that its first bind parameter names.
 * A start to change: the headers in include/mortise explain each function, module.h and entry.h first.
 */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "{{name}}", .version = "0.1.0")
MORTISE_REQUIRE(log, 1, 0) /* refused before it runs on a host without it */

static uint64_t parameter;

/* Once, after configuration. Read everything here: module_route runs on many threads. */
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  parameter = mortise_config_u64(host, "parameter", 1);
  if (parameter == 0) return mortise_fail(error, "parameter counts from 1, as $1 does");
  mortise_log(MORTISE_LOG_INFO, "routing by $%" PRIu64, parameter);
  return MORTISE_OK;
}

/* For every query, at the same time on several threads. */
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  int64_t key;
  if (!mortise_param_i64(context, parameter - 1, &key)) return MORTISE_PASS; /* ask the next plugin */
  return mortise_direct(route, (uint64_t)key % context->shards);
}

/* Once, at the end: stop threads, close files. */
MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  mortise_log(MORTISE_LOG_INFO, "stopped");
}
