// What is known at a place in the tree of what stands around it.
#pragma once

#include "engines/sql/summary/draft.h"
#include "engines/sql/summary/json_keys.h"

#include <mortise/sql.h>

#include <cstdint>

namespace mortise::sql {

// Of JoinExpr's three parts: where a condition holds for every row.
enum : uint8_t { certain_left = 1, certain_right = 2, certain_quals = 4 };

struct Frame {
  uint32_t end = 0;   // the first node behind what this is the frame of
  Key of = Key::none; // the key of that object or array
  uint32_t block = none;
  uint32_t up = none;     // for a block within: where names are looked up that aren't its own
  uint32_t target = none; // the table that the statement changes
  int32_t place = MORTISE_SQL_IN_OTHER;
  int32_t use = MORTISE_SQL_USE_READ; // of tables that are named here
  bool certain = false;               // only AND stands between here and a condition of the block
  bool joined = true;                 // no outer join may leave this side of FROM empty
  bool lateral = false;
  bool sets = false;  // in a SELECT with ROLLUP, CUBE or GROUPING SETS
  bool names = false; // its end is the end of its WITH's names
  bool hides = false; // in a WITH whose queries see only those before them
  uint8_t join = 0;
};

} // namespace mortise::sql
