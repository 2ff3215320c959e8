#include <mortise/metrics.h>

MORTISE_REQUIRE(metrics, 1, 0)
