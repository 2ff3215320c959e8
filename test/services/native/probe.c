/* Does in init what its configuration's `does` says, with each of the built-in services. */
#include <mortise/mortise.h>
#include <pthread.h>
#include <stdlib.h>

#ifndef NAME
#define NAME "probe"
#endif
MORTISE_MODULE(.name = NAME, .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 1)
MORTISE_REQUIRE(clock, 1, 0)
MORTISE_REQUIRE(config, 1, 0)
MORTISE_REQUIRE(files, 1, 0)
MORTISE_REQUIRE(memory, 1, 0)
MORTISE_REQUIRE(metrics, 1, 0)
MORTISE_REQUIRE(registry, 1, 0)
MORTISE_REQUIRE(state, 1, 0)
MORTISE_REQUIRE(tasks, 1, 0)

static const mortise_host *host;
static pthread_t main_thread;
static void *kept;
static int finished, ran_after;

static void say(const char *text) {
  mortise_log(MORTISE_LOG_INFO, "%s", text);
}

static void fields(void) {
  const mortise_member all[] = {mortise_field_i64("tenant", 42),       mortise_field_i64("huge", INT64_MAX),
                                mortise_field_f64("share", 0.5),       mortise_field_bool("cold", 1),
                                mortise_field_text("table", "orders"), mortise_field_text("__proto__", "x")};
  mortise_log_fields(MORTISE_LOG_WARNING, "moved", all, 6);
}

static void metrics(void) {
  const double bounds[] = {1, 10};
  const mortise_text help = mortise_text_of("for tests");
  mortise_metric *counter = mortise_metrics_service->counter(host, mortise_text_of("queries"), help);
  mortise_metric *gauge = mortise_metrics_service->gauge(host, mortise_text_of("depth"), help);
  mortise_metric *times = mortise_metrics_service->histogram(host, mortise_text_of("times"), help, bounds, 2);
  mortise_metrics_service->add(host, counter, 3);
  mortise_metrics_service->set(host, gauge, -1.5);
  for (int i = 0; i < 3; i++)
    mortise_metrics_service->observe(host, times, i * 10);
  mortise_metrics_service->counter(host, mortise_text_of("no name!"), help);
}

static void where(void *context) {
  if (finished) ran_after++;
  mortise_log(MORTISE_LOG_INFO, "%s on %s thread", (const char *)context,
              pthread_equal(pthread_self(), main_thread) ? "the main" : "another");
}

static void slow(void *context) {
  const struct timespec time = {0, 50 * 1000 * 1000};
  nanosleep(&time, NULL);
  where(context);
}

static void tasks(void) {
  mortise_tasks_service->run_main(host, where, "task");
  mortise_tasks_service->run_pool(host, where, "pool");
  mortise_tasks_service->start_timer(host, 1000000, 0, where, "timer");
}

static void late(void) {
  for (int i = 0; i < 40; i++)
    mortise_tasks_service->run_pool(host, slow, "pool");
  mortise_tasks_service->start_timer(host, 0, 1, where, "timer");
}

static int32_t entry(void *context, const mortise_file *file) {
  (void)context;
  mortise_log(MORTISE_LOG_INFO, "%.*s %" PRIu64, MORTISE_TEXT_ARGS(file->name), file->bytes);
  return MORTISE_OK;
}

static void files(void) {
  mortise_error error = {sizeof error, 0, ""};
  char text[16] = "";
  mortise_files_service->list(host, mortise_text_of("rules"), entry, NULL, &error);
  mortise_files_service->read(host, mortise_text_of("rules/eu.txt"), 0, text, sizeof text - 1, &error);
  say(text);
  if (mortise_files_service->read(host, mortise_text_of("rules/../secret"), 0, text, 15, &error) < 0)
    say(error.message);
  if (mortise_files_service->write(host, mortise_text_of("rules/x"), "x", 1, 0, &error)) say(error.message);
  if (mortise_files_service->write(host, mortise_text_of("cache/x"), "x", 1, 0, &error)) say(error.message);
}

static int32_t service(void *context, const mortise_service_entry *entry) {
  (void)context;
  mortise_log(MORTISE_LOG_INFO, "%.*s", MORTISE_TEXT_ARGS(entry->name));
  return MORTISE_OK;
}

static void *refuse(void *unused) {
  mortise_config_service->refuse(host, mortise_text_of("does"), mortise_text_of("must be kinder"));
  return unused;
}

static void from_thread(void) {
  pthread_t thread;
  if (!pthread_create(&thread, NULL, refuse, NULL)) pthread_join(thread, NULL);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *own, mortise_error *error) {
  const char *does = mortise_config_string(own, "does", "");
  (void)error;
  host = own;
  main_thread = pthread_self();
  if (!strcmp(does, "fields")) fields();
  if (!strcmp(does, "metrics")) metrics();
  if (!strcmp(does, "tasks")) tasks();
  if (!strcmp(does, "late")) late();
  if (!strcmp(does, "files")) files();
  if (!strcmp(does, "registry")) mortise_registry_service->each(host, service, NULL);
  if (!strcmp(does, "thread")) from_thread();
  if (!strcmp(does, "absurd"))
    say(mortise_memory_service->allocate(host, UINT64_MAX) ? "memory" : "no memory");
  if (!strcmp(does, "leak")) {
    kept = mortise_memory_service->allocate(host, 100);
    kept = mortise_memory_service->allocate(host, 20);
  }
  if (!strcmp(does, "release")) {
    const void *table = host->get_service(host, mortise_text_of("mortise.clock"), MORTISE_VERSION(1, 0),
                                          mortise_text_of(mortise_clock_signature));
    int32_t first = host->release_service(host, table);
    host->release_service(host, table); /* the cell's own */
    mortise_log(MORTISE_LOG_INFO, "%d %d %d", (int)first, (int)host->release_service(host, table),
                (int)host->release_service(host, &first));
  }
  if (!strcmp(does, "state")) {
    int64_t size = mortise_state_service->get(host, mortise_text_of("key"), NULL, 0);
    mortise_log(MORTISE_LOG_INFO, "%" PRId64, size);
    mortise_state_service->put(host, mortise_text_of("key"), "abc", 3, error);
  }
  return MORTISE_OK;
}

MORTISE_EXPORT void module_fini(const mortise_host *own) {
  (void)own;
  const struct timespec time = {0, 20 * 1000 * 1000};
  finished = 1;
  nanosleep(&time, NULL);
  mortise_log(MORTISE_LOG_INFO, "%d ran after fini", ran_after);
}
