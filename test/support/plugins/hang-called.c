/* Says "hangs" and never comes back: from a task on the main thread, or from a function of its service, as IN says. */
#include <mortise/mortise.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct test_wait_v1 {
  uint32_t size;
  uint32_t reserved;
  int32_t (*wait)(const mortise_host *host);
} test_wait_v1;

#define test_wait_signature "wait(host) -> i32 [any-thread]"

MORTISE_MODULE(.name = "hang", .version = "1.0.0")
MORTISE_REQUIRE(tasks, 1, 0)
MORTISE_PROVIDE_SERVICE(test_wait, "test.wait", 1, 0)

static void hang(void *context) {
  (void)context;
  puts("hangs");
  fflush(stdout);
  for (;;)
    sleep(1);
}

static int32_t wait_for_ever(const mortise_host *host) {
  (void)host;
  hang(NULL);
  return 0;
}

static const test_wait_v1 table = {sizeof table, 0, wait_for_ever};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of("test.wait"),
                                   &table, mortise_text_of(test_wait_signature)};
  return host->register_service(host, &service, error);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error;
  if (strcmp(IN, "task") == 0) mortise_tasks_service->run_main(host, hang, NULL);
  return MORTISE_OK;
}
