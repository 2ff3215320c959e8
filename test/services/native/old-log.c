/* Built against the header of mortise.log 1.0, or against today's while it needs only 1.0. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = NAME, .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host, (void)error;
  mortise_log(MORTISE_LOG_INFO, "%d bytes known", (int)sizeof(mortise_log_v1));
#ifdef NEWER
  const mortise_member field = mortise_field_bool("newer", 1);
  mortise_log_fields(MORTISE_LOG_INFO,
                     MORTISE_SERVICE_HAS(mortise_log_service, write_fields) ? "has" : "lacks", &field, 1);
#endif
  return MORTISE_OK;
}
