#include <mortise/clock.h>

MORTISE_REQUIRE(clock, 1, 0)
