#include <mortise/registry.h>

MORTISE_REQUIRE(registry, 1, 0)
