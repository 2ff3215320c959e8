/*
 * Answers what its parameters say: target, access and shard. Without parameters it writes no answer at all. Asked for
 * "count", it answers the number of such questions so far, which a mutex guards.
 */
#include <mortise/mortise.h>

#include <pthread.h>
#include <sched.h>

MORTISE_MODULE(.name = "asked", .version = "1.0.0")

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t count;

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  int64_t target, access, shard;
  if (mortise_text_equal(context->sql, mortise_text_of("count"))) {
    uint64_t number;
    pthread_mutex_lock(&mutex);
    number = count;
    if (number % 1024 == 0) sched_yield(); /* so that a mutex that guards nothing is noticed */
    count = number + 1;
    pthread_mutex_unlock(&mutex);
    return mortise_direct(route, number);
  }
  if (!mortise_param_i64(context, 0, &target) || !mortise_param_i64(context, 1, &access) ||
      !mortise_param_i64(context, 2, &shard))
    return MORTISE_OK;
  return mortise_answer(route, (int32_t)target, (uint64_t)shard, (int32_t)access);
}
