/* Needs test.answer, or wants it and is told when it comes and goes; answers routes with what it has. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = NAME, .version = "1.0.0")
MORTISE_REQUIRE(registry, 1, 0)
MORTISE_REQUIRE(log, 1, 0)

typedef struct test_answer_v1 {
  uint32_t size, reserved;
  int32_t (*answer)(const mortise_host *host);
} test_answer_v1;
#define test_answer_signature "answer(host) -> i32 [main-thread]"

#ifdef WANTS
MORTISE_WANT_SERVICE(test_answer, "test.answer", 1, 0)

static int32_t notice(void *context, const mortise_notice *notice) {
  (void)context;
  mortise_log(MORTISE_LOG_INFO, "%.*s %s", MORTISE_TEXT_ARGS(notice->name),
              notice->event == MORTISE_SERVICE_CAME ? "came" : "going");
  return STUBBORN ? MORTISE_PASS : MORTISE_OK;
}
#else
MORTISE_REQUIRE_SERVICE(test_answer, "test.answer", 1, 0)
#endif
#ifdef PROVIDES
static const test_answer_v1 provided = {sizeof provided, 0, NULL};
#define provided_signature test_answer_signature
MORTISE_PROVIDE_SERVICE(provided, PROVIDES, 1, 0)
#endif

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  (void)host, (void)error;
#ifdef PROVIDES
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of(PROVIDES),
                                   &provided, mortise_text_of(provided_signature)};
  return host->register_service(host, &service, error);
#else
  return MORTISE_OK;
#endif
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
#ifdef WANTS
  return mortise_registry_service->subscribe(host, mortise_text_of("test.answer"), MORTISE_VERSION(1, 0),
                                             notice, NULL, error);
#else
  (void)host, (void)error;
  return MORTISE_OK;
#endif
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  (void)context;
  return test_answer_service ? mortise_direct(route, (uint64_t)test_answer_service->answer(module_host))
                             : MORTISE_PASS;
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  /* What it needs still works here. */
  mortise_log(MORTISE_LOG_INFO, "fini %d", test_answer_service ? (int)test_answer_service->answer(host) : 0);
}
