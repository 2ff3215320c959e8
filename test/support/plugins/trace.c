/*
 * Appends a line to the file in MORTISE_TEST_TRACE at each step of its life: "name step". The configuration
 * says where it fails; the compiler's -D says what it needs and provides.
 */
#include <mortise/mortise.h>
#include <stdlib.h>

#ifndef NAME
#define NAME "trace"
#endif

#ifdef TOOLCHAIN
#undef MORTISE_TOOLCHAIN
#define MORTISE_TOOLCHAIN TOOLCHAIN
#endif
#ifdef EXACT
MORTISE_MODULE(.name = NAME, .version = "1.0.0", .flags = MORTISE_MODULE_EXACT_TOOLCHAIN)
#else
MORTISE_MODULE(.name = NAME, .version = "1.0.0")
#endif

static void trace(const char *step) {
  const char *path = getenv("MORTISE_TEST_TRACE");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (!file) return;
  fprintf(file, "%s %s\n", NAME, step);
  fclose(file);
}

#ifdef CONSTRUCTOR
__attribute__((constructor)) static void construct(void) {
  trace("constructor");
}
#endif

typedef struct table {
  uint32_t size, reserved;
  int32_t (*answer)(const mortise_host *host);
} table;
typedef table needed_v1, wanted_v1;
#ifndef SIGNATURE
#define SIGNATURE "answer(host) -> i32 [main-thread]"
#endif
#ifndef REGISTERS
#define REGISTERS SIGNATURE
#endif
#define needed_signature SIGNATURE
#define wanted_signature SIGNATURE
#define provided_signature SIGNATURE
MORTISE_SERVICE_CELL(needed, 1)
MORTISE_SERVICE_CELL(wanted, 1)

#ifdef NEEDS
MORTISE_REQUIRE_SERVICE(needed, NEEDS, 1, NEEDS_MINOR)
#endif
#ifdef MEDDLES
__attribute__((constructor)) static void meddle(void) {
  needed_service = NULL;
}
#endif
#ifdef WANTS
MORTISE_WANT_SERVICE(wanted, WANTS, 1, 0)
#endif

#ifdef PROVIDES
static int32_t answer(const mortise_host *host) {
  (void)host;
  return 42;
}
static const table provided = {sizeof provided, 0, answer};
MORTISE_PROVIDE_SERVICE(provided, PROVIDES, 1, 1)
#endif

#ifdef UNDEFINED
extern int nobody_has_this_function(void);
#endif
#ifdef FORGOTTEN
extern const void *mortise_forgotten_service;
#endif

static const char *fails;

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  fails = mortise_config_string(host, "fails", "");
  trace("register");
#ifdef PROVIDES
  if (!mortise_config_bool(host, "silent", 0)) {
    mortise_service service = {sizeof service, MORTISE_VERSION(1, 1), mortise_text_of(PROVIDES), &provided,
                               mortise_text_of(REGISTERS)};
    if (host->register_service(host, &service, error) != MORTISE_OK) return MORTISE_ERROR;
  }
#endif
  if (!strcmp(fails, "register")) return mortise_fail(error, "register was told to fail");
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  trace("init");
#ifdef NEEDS
  if (needed_service->answer(host) != 42) return mortise_fail(error, "the service answered something else");
#endif
#ifdef WANTS
  trace(wanted_service ? "has what it wants" : "lacks what it wants");
#endif
#ifdef UNDEFINED
  if (!error) nobody_has_this_function();
#endif
#ifdef FORGOTTEN
  if (!mortise_forgotten_service) return MORTISE_ERROR;
#endif
  if (mortise_config_u64(host, "at_least_one", 1) == 0)
    host->config->refuse(host, mortise_text_of("at_least_one"), mortise_text_of("must be at least 1"));
  if (!strcmp(fails, "init")) return mortise_fail(error, "%s cannot reach its database", NAME);
  if (!strcmp(fails, "init silently")) return -7;
  if (!strcmp(fails, "init at length")) {
    memset(error->message, 'x', sizeof error->message); /* no zero at the end */
    return MORTISE_ERROR;
  }
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  (void)context, (void)route;
#ifdef NEEDS
  return mortise_direct(route, (uint64_t)needed_service->answer(module_host) % context->shards);
#else
  return MORTISE_PASS;
#endif
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
#ifdef NEEDS
  /* A provider stops after its users: its table still works here. */
  if (needed_service->answer(host) != 42) trace("lost its service");
#endif
  trace("fini");
}
