// What clauses a statement or query has.
#pragma once

#include "engines/sql/summary/json_tape.h"

#include <cstdint>

namespace mortise::sql {

// MORTISE_SQL_HAS_… of a statement's node. Locks and window functions are found elsewhere. False: a clause has a
// value that libpg_query doesn't write.
bool flags_of(const JsonTape &tape, uint32_t statement, uint32_t &flags);

// VALUES with nothing around it.
bool is_bare_values(const JsonTape &tape, uint32_t select);

} // namespace mortise::sql
