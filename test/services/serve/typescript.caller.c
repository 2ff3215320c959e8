/* Calls test.main, which TypeScript serves, in its init: on the main thread, or on one of its own. */
#include "test_main.h"
#include <mortise/mortise.h>
#include <pthread.h>

MORTISE_MODULE(.name = "caller", .version = "1.0.0")
TEST_MAIN_REQUIRE
MORTISE_REQUIRE(log, 1, 0)

/* What came back, for the log: a thread of the plugin's may not wait for the main thread to log. */
static char said[2048];

static void *call_all(void *unused) {
  mortise_error error = {.size = sizeof error};
  int64_t given = 77;
  double half = 77;
  const int32_t answer = test_main_answer(20);
  const double real = test_main_real(2.5);
  const float single = test_main_single(1.5f);
  const int32_t status = test_main_say(mortise_text_of("h\xc3\xa9"), &given, &half, &error);
  const uint8_t small = test_main_small(1);
  int64_t sum = 77;
  const int32_t far = test_main_far(1, 0.5, 2, 3, 0.5, 4, 5, 6, &sum);
  test_main_note(3);
  snprintf(said, sizeof said, "%d %g %g %d %lld %g %u %d %lld %s", answer, real, (double)single, status,
           (long long)given, half, small, far, (long long)sum, error.message);
  return unused;
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  pthread_t thread;
  mortise_log(MORTISE_LOG_INFO, "table %p host %p", (const void *)test_main_service, (const void *)host);
  if (!mortise_config_i64(host, "thread", 0)) {
    call_all(NULL);
  } else {
    if (pthread_create(&thread, NULL, call_all, NULL)) return mortise_fail(error, "no thread");
    pthread_join(thread, NULL);
  }
  mortise_log(MORTISE_LOG_INFO, "%s", said);
  return MORTISE_OK;
}

/* Where nobody drains the log any more, a file says what the last call answered. */
MORTISE_EXPORT void module_fini(const mortise_host *host) {
  const mortise_value *path = host->config->find(host, mortise_text_of("last"));
  const int32_t answer = test_main_answer(1);
  FILE *file = path ? fopen(path->as.text.data, "w") : NULL;
  mortise_log(MORTISE_LOG_INFO, "fini %d", answer);
  if (!file) return;
  fprintf(file, "%d", answer);
  fclose(file);
}
