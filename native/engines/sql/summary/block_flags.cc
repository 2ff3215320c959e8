#include "engines/sql/summary/block_flags.h"

#include <mortise/sql.h>

namespace mortise::sql {
namespace {

uint32_t flag_of(Key clause) {
  switch (clause) {
  case Key::whereClause:
    return MORTISE_SQL_HAS_WHERE;
  case Key::limitCount:
    return MORTISE_SQL_HAS_LIMIT;
  case Key::limitOffset:
    return MORTISE_SQL_HAS_OFFSET;
  case Key::sortClause:
    return MORTISE_SQL_HAS_ORDER_BY;
  case Key::groupClause:
    return MORTISE_SQL_HAS_GROUP_BY;
  case Key::havingClause:
    return MORTISE_SQL_HAS_HAVING;
  case Key::distinctClause:
    return MORTISE_SQL_HAS_DISTINCT;
  case Key::larg:
    return MORTISE_SQL_HAS_SET;
  case Key::withClause:
    return MORTISE_SQL_HAS_WITH;
  case Key::returningList:
  case Key::returningClause:
    return MORTISE_SQL_HAS_RETURNING;
  case Key::cols:
  case Key::attlist:
    return MORTISE_SQL_HAS_COLUMNS;
  case Key::onConflictClause:
    return MORTISE_SQL_HAS_CONFLICT;
  case Key::intoClause:
    return MORTISE_SQL_HAS_INTO;
  case Key::valuesLists:
    return MORTISE_SQL_HAS_VALUES;
  default:
    return 0;
  }
}

// LIMIT ALL, which libpg_query has as a NULL.
bool is_null(const JsonTape &tape, uint32_t expression) {
  return tape.find(tape.find(expression, Key::A_Const), Key::isnull) != 0;
}

bool has_clauses(Key statement) {
  switch (statement) {
  case Key::SelectStmt:
  case Key::larg: // the sides of UNION are SELECTs
  case Key::rarg:
  case Key::InsertStmt:
  case Key::UpdateStmt:
  case Key::DeleteStmt:
  case Key::MergeStmt:
  case Key::CopyStmt:
    return true;
  default:
    return false;
  }
}

} // namespace

bool flags_of(const JsonTape &tape, uint32_t statement, uint32_t &flags) {
  flags = 0;
  if (!has_clauses(tape[statement].key)) return true;
  for (uint32_t member = tape.first(statement); member; member = tape.next(member, statement)) {
    const uint32_t flag = flag_of(tape[member].key);
    if (flag == 0) continue;
    if (!tape.is(member, JsonKind::object) && !tape.is(member, JsonKind::array)) return false;
    if (flag != MORTISE_SQL_HAS_LIMIT || !is_null(tape, member)) flags |= flag;
  }
  return true;
}

bool is_bare_values(const JsonTape &tape, uint32_t select) {
  uint32_t flags = 0;
  return flags_of(tape, select, flags) && flags == MORTISE_SQL_HAS_VALUES &&
         !tape.find(select, Key::limitCount) && !tape.find(select, Key::lockingClause);
}

} // namespace mortise::sql
