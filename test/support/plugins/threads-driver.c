/* 8 threads ask one plugin at the same time, each 100,000 times: threads-driver LIBRARY. Prints wrong answers. */
#include <mortise/mortise.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8, CALLS = 100000 };

typedef int32_t (*route_function)(const mortise_context *, mortise_route *);
static route_function route_of_plugin;
static _Atomic uint64_t wrong;
static unsigned char seen[THREADS * CALLS];

static void ask(const mortise_context *context, mortise_route *route) {
  memset(route, 0, sizeof *route);
  route->size = sizeof *route;
  if (route_of_plugin(context, route) != MORTISE_OK) wrong++;
}

static void *work(void *argument) {
  const uintptr_t thread = (uintptr_t)argument;
  for (uint64_t call = 0; call < CALLS; call++) {
    char shard[24];
    mortise_route route;
    const int size = snprintf(shard, sizeof shard, "%" PRIu64, call * THREADS + thread);
    const mortise_parameter parameters[] = {{(const uint8_t *)"1", 1, MORTISE_FORMAT_TEXT, 0},
                                            {(const uint8_t *)"2", 1, MORTISE_FORMAT_TEXT, 0},
                                            {(const uint8_t *)shard, (uint64_t)size, MORTISE_FORMAT_TEXT, 0}};
    mortise_context context = {sizeof context, 1000000, 0, 1, 0, 0, {"SELECT 1", 8}, parameters, 3, NULL};
    ask(&context, &route);
    if (route.target != 1 || route.read_write != 2 || route.shard != call * THREADS + thread) wrong++;
    context.sql = mortise_text_of("count");
    ask(&context, &route);
    if (route.shard >= sizeof seen || __atomic_exchange_n(&seen[route.shard], 1, __ATOMIC_RELAXED)) wrong++;
  }
  return NULL;
}

int main(int count, char **arguments) {
  pthread_t threads[THREADS];
  void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (!library) return 2;
  *(void **)&route_of_plugin = dlsym(library, "module_route");
  for (uintptr_t i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, work, (void *)i)) return 2;
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  printf("%" PRIu64 "\n", (uint64_t)wrong);
  return 0;
}
