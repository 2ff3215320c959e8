/* Names that windows.h takes for its own, and parameters that are called as what stands around them. */
#define near
#define far
#define pascal
#define small char
#define interface struct
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))

#include "test_names.h"

#include <mortise/mortise.h>

MORTISE_MODULE_CXX(NAME, "1.0.0")
TEST_NAMES_REQUIRE

static int32_t chunk(void *data_, const uint8_t *data, uint64_t data_size) {
  return data_ && data && data_size ? MORTISE_OK : MORTISE_ERROR;
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  int64_t none = 0;
  (void)host, (void)error;
  if (!test_names_service) return MORTISE_ERROR;
  return test_names_min(1, 2) == 0 && test_names_use(chunk, &none) == MORTISE_OK ? MORTISE_OK : MORTISE_ERROR;
}
