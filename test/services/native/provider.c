/* Provides a service in the way that OFFERS says, and whatever it is answered goes on. */
#include <mortise/mortise.h>
#include <sys/mman.h>

#ifndef NAME
#define NAME "provider"
#endif
MORTISE_MODULE(.name = NAME, .version = "1.0.0")

typedef struct table {
  uint32_t size, reserved;
  int32_t (*answer)(const mortise_host *host);
} table;

static int32_t answer(const mortise_host *host) {
  (void)host;
  return 42;
}
static table provided = {sizeof provided, 0, answer};

#define provided_signature "answer(host) -> i32 [main-thread]"
#ifndef UNSAID
MORTISE_PROVIDE_SERVICE(provided, "test.answer", 1, 0)
#endif

enum { WELL, TWICE, NULL_TABLE, SMALL_TABLE, LARGE_TABLE, NO_NAME, OUR_NAME, NOTHING, UNREADABLE };

static void offer(const mortise_host *host, const char *name, const void *table) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of(name), table,
                                   mortise_text_of(provided_signature)};
  host->register_service(host, &service, NULL);
}

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  (void)error;
  if (OFFERS == SMALL_TABLE) provided.size = 4;
  if (OFFERS == LARGE_TABLE) {
    /* Its size says more than what is left of the memory that it lies in. */
    char *end = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
    mprotect(end, 4096, PROT_NONE);
    provided.size = 65000;
    offer(host, "test.answer", memcpy(end - sizeof provided, &provided, sizeof provided));
  }
  if (OFFERS == UNREADABLE) offer(host, "test.answer", (const void *)(uintptr_t)64);
  if (OFFERS == NULL_TABLE) offer(host, "test.answer", NULL);
  if (OFFERS == NO_NAME) offer(host, "Test Answer", &provided);
  if (OFFERS == OUR_NAME) offer(host, "mortise.answer", &provided);
  if (OFFERS == WELL || OFFERS == TWICE || OFFERS == SMALL_TABLE) offer(host, "test.answer", &provided);
  if (OFFERS == TWICE) offer(host, "test.answer", &provided);
  return MORTISE_OK;
}
