#include <mortise/log.h>

MORTISE_REQUIRE(log, 1, 1)
