#include <mortise/memory.h>

MORTISE_REQUIRE(memory, 1, 0)
