/*
 * One of several plugins that use each other. What it provides answers 42 until its fini has run, and -777 after;
 * in fini it says what its own providers answer.
 */
#include <mortise/mortise.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

MORTISE_MODULE(.name = NAME, .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)
MORTISE_REQUIRE(registry, 1, 0)
MORTISE_REQUIRE(tasks, 1, 0)

typedef struct bond {
  uint32_t size, reserved;
  int32_t (*ping)(const mortise_host *host);
  int32_t (*doze)(const mortise_host *host, uint32_t milliseconds);
} bond;
typedef bond bond_needed_v1, bond_wanted_v1;
typedef struct bond_tick_v1 {
  uint32_t size, reserved;
  int64_t (*tick)(const mortise_host *host);
} bond_tick_v1;

#define BOND_SIGNATURE                                                                                       \
  "ping(host) -> status [any-thread]; doze(host, milliseconds: u32) -> status [any-thread]"
#define bond_needed_signature BOND_SIGNATURE
#define bond_wanted_signature BOND_SIGNATURE
#define provided_signature BOND_SIGNATURE
#define bond_tick_signature "tick(host) -> i64 or -1 [main-thread]"

static int32_t answer = 42;
static volatile int stopping;
static const bond *asked;
static pthread_t thread;

static int32_t ping(const mortise_host *host) {
  (void)host;
  return answer;
}

static int32_t doze(const mortise_host *host, uint32_t milliseconds) {
  const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  (void)host;
  nanosleep(&time, NULL);
  return MORTISE_OK;
}

#ifdef PROVIDES
static const bond provided = {sizeof provided, 0, ping, doze};
MORTISE_PROVIDE_SERVICE(provided, PROVIDES, 1, 0)
#endif
#ifdef NEEDS
MORTISE_REQUIRE_SERVICE(bond_needed, NEEDS, 1, 0)
#endif
#ifdef WANTS
MORTISE_WANT_SERVICE(bond_wanted, WANTS, 1, 0)
#endif
#ifdef TICKS
MORTISE_REQUIRE_SERVICE(bond_tick, "test.tick", 1, 0)

static void *ticking(void *unused) {
  while (!stopping)
    bond_tick_service->tick(module_host);
  return unused;
}
#endif

static void work(void *milliseconds) {
  /* A task that hasn't begun is dropped, so whoever counts on this one waits for the line. */
  mortise_log(MORTISE_LOG_INFO, "works");
  for (intptr_t left = (intptr_t)milliseconds; left != 0; left--)
    doze(NULL, 1);
#ifdef NEEDS
  mortise_log(MORTISE_LOG_INFO, "worked; needed %d", bond_needed_service->ping(module_host));
#endif
}

static void ask(void *name) {
  const bond *table = module_host->get_service(module_host, mortise_text_of(name), MORTISE_VERSION(1, 0),
                                               mortise_text_of(BOND_SIGNATURE));
  mortise_log(MORTISE_LOG_INFO, table ? "got it" : "got nothing");
}

static int32_t notice(void *context, const mortise_notice *notice) {
  mortise_log(MORTISE_LOG_INFO, notice->event == MORTISE_SERVICE_CAME ? "came" : "going");
  /* Tries to have it again, when the loop comes round. */
  if (context) mortise_tasks_service->run_main(module_host, ask, context);
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
#ifdef PROVIDES
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of(PROVIDES),
                                   &provided, mortise_text_of(provided_signature)};
  return host->register_service(host, &service, error);
#else
  (void)host, (void)error, (void)ping;
  return MORTISE_OK;
#endif
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const char *listens = mortise_config_string(host, "listens", NULL);
  const int64_t busy = mortise_config_i64(host, "busy", 0);
  if (mortise_config_bool(host, "crash", 0)) abort();
  if (mortise_config_bool(host, "print", 0)) puts("printed");
  if (busy != 0) mortise_tasks_service->run_pool(host, work, (void *)(intptr_t)busy);
#ifdef TICKS
  pthread_create(&thread, NULL, ticking, NULL);
#endif
#ifdef WANTS
  listens = WANTS;
#endif
  if (!listens) return MORTISE_OK;
  return mortise_registry_service->subscribe(host, mortise_text_of(listens), MORTISE_VERSION(1, 0), notice,
#ifdef WANTS
                                             NULL, error);
#else
                                             (void *)listens, error);
#endif
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  (void)route;
  /* Keeps a lease of what the SQL names. */
  if (!asked)
    asked = module_host->get_service(module_host, context->sql, MORTISE_VERSION(1, 0),
                                     mortise_text_of(BOND_SIGNATURE));
  return MORTISE_PASS;
}

/* Where nobody takes log lines any more, a file has it. */
static void trace(void) {
  const char *path = getenv("MORTISE_TEST_TRACE");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (!file) return;
  fputs(NAME " fini\n", file);
  fclose(file);
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  trace();
  stopping = 1;
  if (thread) pthread_join(thread, NULL);
#ifdef NEEDS
  mortise_log(MORTISE_LOG_INFO, "needed %d", bond_needed_service->ping(host));
#endif
#ifdef WANTS
  mortise_log(MORTISE_LOG_INFO, "wanted %d", bond_wanted_service ? bond_wanted_service->ping(host) : 0);
#endif
  if (asked) mortise_log(MORTISE_LOG_INFO, "asked %d", asked->ping(host));
  mortise_log(MORTISE_LOG_INFO, "fini");
  answer = -777;
}
