// What kinds of statements there are, and which of them write.
#pragma once

#include "engines/sql/summary/draft.h"
#include "engines/sql/summary/json_tape.h"

#include <cstdint>

namespace mortise::sql {

// MORTISE_SQL_SELECT …, of a node whose name ends in "Stmt".
int32_t kind_of(Key statement);

// MORTISE_ACCESS_… of the statement whose node this is, once its blocks are known.
int32_t access_of(const JsonTape &tape, uint32_t node, const mortise_sql_statement &statement,
                  const Draft &draft);

} // namespace mortise::sql
