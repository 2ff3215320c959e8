// One reader, and what is known of its runs.
#pragma once

#include "engines/collect/callbacks.h"
#include "engines/collect/time.h"
#include "engines/owner.h"

#include <cstdint>
#include <string>

namespace mortise::collect {

struct Reader {
  Owner *owner;
  std::string name, group;
  Time interval; // what it asked for
  Read read;
  Time effective = 0; // longer while it fails
  Time due = 0;       // on the clock that only goes on, as `began`
  Time began = 0, last_run = 0, last_duration = 0, lateness = 0;
  uint64_t runs = 0, failures = 0;
  bool is_due = false; // stands in the plan
  bool is_running = false, is_removed = false;
  bool is_stuck = false; // has run for so long that another thread took its thread's place
};

} // namespace mortise::collect
