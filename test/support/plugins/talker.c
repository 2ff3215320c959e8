/* Logs: at init, at fini, when it is asked, and from a thread of its own. */
#include <mortise/mortise.h>
#include <pthread.h>

MORTISE_MODULE(.name = "talker", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)

static char long_text[8192];
static int64_t thread_lines;
static pthread_t thread;

static void say(int32_t severity, const char *text, uint64_t size) {
  mortise_text message = {text, size};
  mortise_log_service->write(module_host, severity, message);
}

static void *talk(void *unused) {
  for (int64_t i = 0; i < thread_lines; i++)
    mortise_log(MORTISE_LOG_INFO, "thread %" PRId64, i);
  return unused;
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  memset(long_text, 'y', sizeof long_text);
  mortise_log(MORTISE_LOG_INFO, "init");
  thread_lines = mortise_config_i64(host, "thread_lines", 0);
  if (thread_lines && pthread_create(&thread, NULL, talk, NULL)) return mortise_fail(error, "no thread");
  return MORTISE_OK;
}

/* $1 lines of severity $2 and, when there is a $3, of that size. */
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  int64_t count = 0, severity = MORTISE_LOG_INFO, size = 0;
  mortise_param_i64(context, 0, &count);
  mortise_param_i64(context, 1, &severity);
  for (int64_t i = 0; i < count; i++) {
    if (mortise_param_i64(context, 2, &size))
      say((int32_t)severity, long_text, (uint64_t)size);
    else
      mortise_log((int32_t)severity, "line %" PRId64, i);
  }
  /* The answer says whether the host keeps lines of that severity. */
  return mortise_direct(route, (uint64_t)mortise_log_service->enabled(module_host, (int32_t)severity));
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  if (thread_lines) pthread_join(thread, NULL);
  mortise_log(MORTISE_LOG_WARNING, "fini");
}
