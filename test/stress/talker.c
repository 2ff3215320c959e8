/* Fills its host's log. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "talker", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host, (void)error;
  for (int line = 0; line < 8000; line++)
    mortise_log(MORTISE_LOG_INFO, "line %d is as long as most lines are, so that 8,000 of them fill the ring",
                line);
  return MORTISE_OK;
}
