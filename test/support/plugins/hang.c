/* Says "hangs" and never comes back, from the entry point that IN names. */
#include <mortise/mortise.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

MORTISE_MODULE(.name = "hang", .version = "1.0.0")

static void hang(const char *entry) {
  if (strcmp(entry, IN) != 0) return;
  puts("hangs");
  fflush(stdout);
  for (;;)
    sleep(1);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host, (void)error;
  hang("init");
  return MORTISE_OK;
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  hang("fini");
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  (void)context, (void)route;
  hang("route");
  return MORTISE_PASS;
}
