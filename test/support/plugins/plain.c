/* Not quite a plugin: -D says what of one it has. */
#ifdef INFO_SIZE
#define module_info real_module_info
#endif
#ifdef DATA_ENTRY
#define module_route real_module_route
#endif
#include <mortise/mortise.h>
#undef module_info
#undef module_route

#ifdef INFO_SIZE
MORTISE_EXPORT const char module_info[INFO_SIZE];
const char module_info[INFO_SIZE] = MORTISE_MODULE_MAGIC;
#endif
#ifdef INFO
MORTISE_MODULE(.name = "plain", .version = "1.0.0")
#endif
#ifdef ROUTE
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  (void)context, (void)route;
  return MORTISE_PASS;
}
#endif
#ifdef FINI
MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
}
#endif
#ifdef DATA_ENTRY
MORTISE_EXPORT const int module_route;
const int module_route = 1;
#endif
#ifdef MAIN
int main(void) {
  return 0;
}
#endif
#ifdef BESIDE
extern int beside(void);
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  return mortise_direct(route, (uint64_t)beside() % context->shards);
}
#endif
#ifdef HELPER
MORTISE_EXPORT int beside(void);
int beside(void) {
  return HELPER;
}
#endif
