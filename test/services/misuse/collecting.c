/* Uses mortise.collect as nobody should; its configuration says how. It logs what came of it. */
#include <mortise/mortise.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

MORTISE_MODULE(.name = NAME, .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)
MORTISE_REQUIRE(collect, 1, 0)

static const char *does = "";
static pthread_t thread;
static atomic_int stops, calls, released;
static int has_thread;

static void nap(long milliseconds) {
  const struct timespec span = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&span, NULL);
}

static int is(const char *what) {
  return strcmp(does, what) == 0;
}

static void say(const char *what, int32_t status) {
  mortise_log(MORTISE_LOG_INFO, "%s: %d", what, (int)status);
}

static int32_t dispatch(const char *type, uint32_t count, double number) {
  mortise_collect_value values[300];
  for (int i = 0; i < 300; i++)
    values[i].gauge = number;
  return mortise_collect_dispatch(type, NULL, values, count);
}

static int32_t read_once(void *context) {
  char long_name[400];
  mortise_collect_report report = {.size = sizeof report, .count = 1};
  memset(long_name, 'x', sizeof long_name);
  long_name[200] = 0;
  atomic_fetch_add(&calls, 1);
  if (is("itself")) {
    say("remove", mortise_collect_service->remove(module_host, mortise_text_of("reader"), 0));
    say("again", mortise_collect_service->remove(module_host, mortise_text_of("reader"), 0));
    *(char *)context = 'r'; /* still there */
    return MORTISE_OK;
  }
  if (!is("wrong")) return MORTISE_OK;
  say("unknown type", dispatch("nowhere", 1, 1));
  say("too many", dispatch("gauge", 2, 1));
  say("none", dispatch("gauge", 0, 1));
  say("far too many", dispatch("gauge", 300, 1));
  say("null type", dispatch(NULL, 1, 1));
  say("NaN", dispatch("gauge", 1, NAN));
  say("infinite", dispatch("count", 1, INFINITY));
  say("long name", mortise_collect_gauge("gauge", long_name, 1));
  say("control", mortise_collect_gauge("gauge", "a\nb", 1));
  say("slashes", mortise_collect_gauge("gauge", "/a/b", 1));
  say("null", mortise_collect_service->dispatch(module_host, NULL));
  say("null values", mortise_collect_service->dispatch(module_host, &report));
  say("null host", mortise_collect_service->dispatch(NULL, &report));
  say("null notification", mortise_collect_service->notify(module_host, NULL));
  say("null set", mortise_collect_service->add_set(module_host, NULL, NULL));
  return MORTISE_OK;
}

static int32_t write_slowly(void *context, const mortise_collect_sample *const *samples, uint64_t count) {
  (void)samples;
  *(char *)context = 'w';
  atomic_fetch_add(&calls, (int)count);
  nap(2);
  return MORTISE_OK;
}

static void free_context(void *context) {
  *(char *)context = 'f';
  free(context);
  atomic_fetch_add(&released, 1);
}

/* As nobody says that it should stop until module_fini. */
static void *run(void *unused) {
  (void)unused;
  for (int i = 0; !atomic_load(&stops); i++) {
    mortise_collect_callbacks reader = {.size = sizeof reader, .read = read_once, .release = free_context};
    reader.name = mortise_text_of("own");
    reader.interval = 1000000;
    reader.context = malloc(1);
    if (mortise_collect_service->add(module_host, &reader, NULL) == MORTISE_OK)
      mortise_collect_service->remove(module_host, reader.name, 0);
    else
      free(reader.context);
    mortise_collect_gauge("gauge", "own", i);
    if (i % 100 == 0) nap(1);
  }
  return NULL;
}

static int32_t add(const mortise_host *host, const char *name, mortise_collect_read read,
                   mortise_collect_write write, mortise_error *error) {
  mortise_collect_callbacks callbacks = {.size = sizeof callbacks, .read = read, .write = write};
  int32_t status;
  callbacks.name = mortise_text_of(name);
  callbacks.interval = 5000000;
  callbacks.context = malloc(1);
  callbacks.release = free_context;
  status = mortise_collect_service->add(host, &callbacks, error);
  if (status != MORTISE_OK) free(callbacks.context);
  return status;
}

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  does = mortise_config_string(host, "does", "");
  if (is("nothing")) return mortise_collect_service->add(host, NULL, error);
  if (is("nulls")) return add(host, "nulls", NULL, NULL, error);
  if (is("long")) {
    char name[200];
    memset(name, 'x', sizeof name);
    name[150] = 0;
    return add(host, name, read_once, NULL, error);
  }
  if (is("twice") && add(host, "reader", read_once, NULL, error) != MORTISE_OK) return MORTISE_ERROR;
  if (add(host, "reader", read_once, NULL, error) != MORTISE_OK)
    return MORTISE_OK; /* ignored: it fails all the same */
  return add(host, "writer", NULL, write_slowly, error);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host;
  if (is("fails")) return mortise_fail(error, "as it should");
  if (is("thread")) has_thread = pthread_create(&thread, NULL, run, NULL) == 0;
  return MORTISE_OK;
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  mortise_error error = {.size = sizeof error};
  say("released", atomic_load(&released) >= 2);
  say("called", atomic_load(&calls) > 0);
  say("add", add(host, "late", read_once, NULL, &error));
  say("dispatch", mortise_collect_gauge("gauge", "late", 1));
  say("remove", mortise_collect_service->remove(host, mortise_text_of("writer"), 0));
  atomic_store(&stops, 1);
  if (has_thread) pthread_join(thread, NULL);
}
