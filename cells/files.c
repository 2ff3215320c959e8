#include <mortise/files.h>

MORTISE_REQUIRE(files, 1, 0)
