/* Answers what its configuration says: a good plugin beside a bad one, or one that breaks the rules. */
#include <mortise/mortise.h>

#ifndef NAME
#define NAME "decider"
#endif

MORTISE_MODULE(.name = NAME, .version = "1.0.0")

static int32_t status, target, access_;
static uint64_t shard, calls;
static int counts;

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error;
  status = (int32_t)mortise_config_i64(host, "status", MORTISE_OK);
  target = (int32_t)mortise_config_i64(host, "target", MORTISE_TARGET_UNKNOWN);
  access_ = (int32_t)mortise_config_i64(host, "access", MORTISE_ACCESS_UNKNOWN);
  shard = (uint64_t)mortise_config_i64(host, "shard", 0);
  counts = mortise_config_bool(host, "counts", 0); /* the shard is the number of calls so far */
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  if (counts) return mortise_direct(route, calls++ % context->shards);
  mortise_answer(route, target, shard, access_);
  return status;
}
