#include <mortise/config.h>

MORTISE_REQUIRE(config, 1, 0)
