/* Answers what its configuration says: a good plugin beside a bad one, or one that breaks the rules. */
#include <mortise/mortise.h>

#ifndef NAME
#define NAME "decider"
#endif

MORTISE_MODULE(.name = NAME, .version = "1.0.0")

static int32_t status, target, access_;
static uint64_t shard, calls;
static int counts;
static const char *because, *sqlstate;

/* Written into the route as they are. */
static char sqlstate_bytes[8], reason_bytes[256];

/* The list's bytes, the last of which is repeated to the end. */
static void fill(const mortise_value *list, char *bytes, uint64_t size) {
  for (uint64_t i = 0; list && i < size; i++)
    bytes[i] = (char)list->as.items[i < list->count ? i : list->count - 1].as.integer;
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error;
  status = (int32_t)mortise_config_i64(host, "status", MORTISE_OK);
  target = (int32_t)mortise_config_i64(host, "target", MORTISE_TARGET_UNKNOWN);
  access_ = (int32_t)mortise_config_i64(host, "access", MORTISE_ACCESS_UNKNOWN);
  shard = (uint64_t)mortise_config_i64(host, "shard", 0);
  because = mortise_config_string(host, "because", NULL); /* with mortise_block_because */
  sqlstate = mortise_config_string(host, "sqlstate", NULL);
  fill(mortise_config_list(host, "sqlstate_bytes"), sqlstate_bytes, sizeof sqlstate_bytes);
  fill(mortise_config_list(host, "reason_bytes"), reason_bytes, sizeof reason_bytes);
  counts = mortise_config_bool(host, "counts", 0); /* the shard is the number of calls so far */
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  if (counts) return mortise_direct(route, calls++ % context->shards);
  if (because) return mortise_block_because(route, sqlstate, "%s", because);
  memcpy(route->sqlstate, sqlstate_bytes, sizeof sqlstate_bytes);
  memcpy(route->reason, reason_bytes, sizeof reason_bytes);
  mortise_answer(route, target, shard, access_);
  return status;
}
