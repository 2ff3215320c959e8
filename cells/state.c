#include <mortise/state.h>

MORTISE_REQUIRE(state, 1, 0)
