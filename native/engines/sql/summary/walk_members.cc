// What is done at the members of nodes: which clause it is, and what it says of all that stands in it.
#include "engines/sql/summary/walk.h"

namespace mortise::sql {
namespace {

bool has_where(Key statement) {
  return statement == Key::SelectStmt || statement == Key::UpdateStmt || statement == Key::DeleteStmt ||
         statement == Key::CopyStmt;
}

// Tables that were taken when their statement began.
bool is_target(Key statement) {
  return statement == Key::InsertStmt || statement == Key::UpdateStmt || statement == Key::DeleteStmt ||
         statement == Key::MergeStmt;
}

} // namespace

bool Walk::enter_member(uint32_t node, const Frame &around, Frame &frame) {
  switch (tape_[node].key) {
  case Key::alias:
  case Key::lockingClause:
  case Key::typeName:
    return false;
  case Key::relation:
  case Key::table:
  case Key::view:
  case Key::sequence:
  case Key::rel:
  case Key::constrrel:
  case Key::pktable:
  case Key::name: // of a partition
    return enter_relation(node, around);
  case Key::inhRelations:
    frame.use = MORTISE_SQL_USE_READ;
    return true;
  case Key::whereClause:
    if (has_where(around.of)) enter_condition(frame, MORTISE_SQL_IN_WHERE, true);
    if (around.of == Key::onConflictClause) enter_condition(frame, MORTISE_SQL_IN_WHERE, false);
    return true;
  case Key::condition:
    if (around.of == Key::MergeWhenClause) enter_condition(frame, MORTISE_SQL_IN_WHERE, false);
    return true;
  case Key::joinCondition:
    enter_condition(frame, MORTISE_SQL_IN_JOIN, false);
    return true;
  case Key::havingClause:
    // A grouping set without the column has NULL in it, whatever the rows have that it is made of.
    enter_condition(frame, MORTISE_SQL_IN_HAVING, !around.sets);
    return true;
  case Key::larg:
    frame.joined = (around.join & certain_left) != 0;
    return true;
  case Key::rarg:
    frame.joined = (around.join & certain_right) != 0;
    return true;
  case Key::quals:
    enter_condition(frame, MORTISE_SQL_IN_JOIN, (around.join & certain_quals) != 0);
    return true;
  case Key::withClause:
    frame.hides = around.names && !tape_.is(tape_.find(node, Key::recursive), JsonKind::truth);
    if (frame.hides) names_.hide();
    return true;
  case Key::ctequery:
  case Key::selectStmt:
    frame.up = draft_.up[around.block];
    return true;
  case Key::subquery:
    if (!around.lateral) frame.up = draft_.up[around.block];
    return true;
  case Key::onConflictClause:
    assignments_.set(tape_.find(node, Key::targetList), around.block, around.target);
    return true;
  case Key::funccall:
    function(node, around.block);
    return true;
  default:
    return true;
  }
}

bool Walk::enter_relation(uint32_t node, const Frame &around) {
  if (!tape_.find(node, Key::relname)) return true;
  if (tape_[node].key == Key::relation && is_target(around.of)) return false;
  const bool is_made = tape_[node].key == Key::rel || tape_[node].key == Key::name;
  const bool is_main = tape_[node].key == Key::relation || tape_[node].key == Key::table;
  const bool is_read = tape_[node].key == Key::constrrel;
  const int32_t use = is_made ? MORTISE_SQL_USE_DEFINE : is_read ? MORTISE_SQL_USE_READ : around.use;
  tables_.named(node, around.block, use, is_main && is_statement(around.of), false);
  return false;
}

void Walk::enter_condition(Frame &frame, int32_t place, bool certain) {
  frame.place = place;
  frame.certain = certain;
}

} // namespace mortise::sql
