/* Declares no need: its cell comes from the static library. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "linked", .version = "1.0.0")

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host, (void)error;
  mortise_log(MORTISE_LOG_INFO, "linked");
  return MORTISE_OK;
}
