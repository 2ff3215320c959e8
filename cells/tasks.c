#include <mortise/tasks.h>

MORTISE_REQUIRE(tasks, 1, 0)
