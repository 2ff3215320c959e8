/* Needs more than any host has. Its constructor leaves a file behind. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "demanding", .version = "1.0.0")

typedef struct table {
  uint32_t size;
} nothing_v1;

#define nothing_signature MORTISE_UNSTATED
MORTISE_REQUIRE_SERVICE(nothing, "test.nothing", 1, 0)
MORTISE_REQUIRE(tasks, 1, 99)

#define REQUIREMENT(identifier, name, major, minor)                                                          \
  MORTISE_EXPORT const mortise_requirement module_requires_##identifier;                                     \
  MORTISE_EXPORT const void *identifier##_service;                                                           \
  const void *identifier##_service = (const void *)(uintptr_t)MORTISE_VERSION(major, minor);                 \
  const mortise_requirement module_requires_##identifier = {sizeof(mortise_requirement),                     \
                                                            MORTISE_VERSION(major, minor), 0, 0, name};
REQUIREMENT(later_log, "mortise.log", 9, 0)
REQUIREMENT(earlier_clock, "mortise.clock", 0, 9)

__attribute__((constructor)) static void construct(void) {
  FILE *file = fopen(MARKER, "w");
  if (file) fclose(file);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host, (void)error;
  return MORTISE_OK;
}
