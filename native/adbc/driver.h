// A driver's table of functions.
#pragma once

#include "adbc/failure.h"

#include <string>
#include <vector>

namespace mortise::adbc {

// Lives until the process ends, as its library does.
struct Driver {
  Table table = {};
  int version = 0;
  std::vector<std::string> missing; // functions of that version
};

// Asks for the newest version that is known, and for older ones as long as the driver doesn't implement them.
// Throws a Failure, also when what is required is missing.
Driver *load_driver(Init init);

} // namespace mortise::adbc
