// What is done at nodes that aren't statements: tables, comparisons, functions.
#include "engines/sql/summary/walk.h"

#include <algorithm>

namespace mortise::sql {
namespace {

bool changes_or_reads_rows(int32_t kind) {
  return kind >= MORTISE_SQL_SELECT && kind <= MORTISE_SQL_COPY;
}

// Where the conditions of a join's parts hold for every row of the join.
uint8_t certain_parts(std::string_view type) {
  if (type == "JOIN_INNER") return certain_left | certain_right | certain_quals;
  if (type == "JOIN_LEFT") return certain_left;
  if (type == "JOIN_RIGHT") return certain_right;
  return 0;
}

} // namespace

bool Walk::enter_node(uint32_t node, const Frame &around, Frame &frame) {
  const Standing standing = {around.block, around.place, around.certain};
  frame.certain = false;
  frame.use = MORTISE_SQL_USE_READ;
  switch (tape_[node].key) {
  case Key::A_Const:
  case Key::ColumnRef:
  case Key::SetToDefault:
  case Key::String:
    return false;
  case Key::ParamRef:
    parameter(node);
    return false;
  case Key::RangeVar:
    tables_.named(node, around.block, around.use, changes_or_reads_rows(draft_.blocks[around.block].kind),
                  true);
    return false;
  case Key::RangeSubselect:
    // Its query is the next block.
    tables_.unnamed(node, around.block, static_cast<uint32_t>(draft_.blocks.size()));
    frame.lateral = tape_.is(tape_.find(node, Key::lateral), JsonKind::truth);
    return true;
  case Key::RangeFunction:
  case Key::RangeTableFunc:
  case Key::JsonTable:
    tables_.unnamed(node, around.block);
    return true;
  case Key::JoinExpr:
    frame.join = around.joined ? certain_parts(tape_.raw(tape_.find(node, Key::jointype))) : 0;
    for (const Key name : {Key::alias, Key::join_using_alias})
      if (const uint32_t alias = tape_.find(node, name)) tables_.alias(alias, around.block);
    return true;
  case Key::FuncCall:
    function(node, around.block);
    return true;
  case Key::JsonArrayAgg:
    json_aggregate(node, around.block, "json_arrayagg");
    return true;
  case Key::JsonObjectAgg:
    json_aggregate(node, around.block, "json_objectagg");
    return true;
  case Key::BoolExpr:
    frame.certain = around.certain && tape_.raw(tape_.find(node, Key::boolop)) == "AND_EXPR";
    return true;
  case Key::A_Expr:
    comparisons_.expression(node, standing);
    return true;
  case Key::NullTest:
    comparisons_.null_test(node, standing);
    return true;
  case Key::BooleanTest:
    comparisons_.boolean_test(node, standing);
    return true;
  case Key::SubLink:
    comparisons_.subquery(node, standing);
    return true;
  case Key::MultiAssignRef: {
    // Each column of (a, b) = (…) repeats what stands at the right.
    uint32_t number = 0;
    return tape_.natural(tape_.find(node, Key::colno), number) && number == 1;
  }
  case Key::MergeWhenClause:
    merge_when(node, frame);
    return true;
  case Key::DefElem:
    if (tape_.raw(tape_.find(node, Key::defname)) == "owned_by") tables_.owner(node, around.block);
    return true;
  default:
    return true;
  }
}

void Walk::merge_when(uint32_t clause, const Frame &frame) {
  const std::string_view command = tape_.raw(tape_.find(clause, Key::commandType));
  if (command == "CMD_INSERT") assignments_.merge_insert(clause, frame.block, frame.target);
  if (command == "CMD_UPDATE")
    assignments_.set(tape_.find(clause, Key::targetList), frame.block, frame.target);
}

void Walk::function(uint32_t call, uint32_t block) {
  mortise_sql_function function{};
  function.block = block;
  if (!operands_.name(tape_.find(call, Key::funcname), function.schema, function.name)) failed_ = true;
  called(function, call);
}

// The grammar has these two as expressions of their own, though they are aggregates as any other.
void Walk::json_aggregate(uint32_t node, uint32_t block, std::string_view name) {
  mortise_sql_function function{};
  function.block = block;
  function.schema = {"pg_catalog", 10};
  function.name = {name.data(), name.size()};
  called(function, tape_.find(node, Key::constructor));
}

// `call`: has what stands behind the arguments.
void Walk::called(mortise_sql_function function, uint32_t call) {
  const auto has = [this, call](Key key) { return tape_.find(call, key) != 0; };
  const auto flag = [&function](bool is, uint32_t bit) { function.flags |= is ? bit : 0; };
  flag(has(Key::agg_star), MORTISE_SQL_FUNCTION_STAR);
  flag(has(Key::agg_distinct), MORTISE_SQL_FUNCTION_DISTINCT);
  flag(has(Key::agg_order), MORTISE_SQL_FUNCTION_ORDER_BY);
  flag(has(Key::agg_filter), MORTISE_SQL_FUNCTION_FILTER);
  flag(has(Key::over), MORTISE_SQL_FUNCTION_OVER);
  if (has(Key::over)) draft_.blocks[function.block].flags |= MORTISE_SQL_HAS_WINDOW;
  draft_.functions.push_back(function);
}

void Walk::parameter(uint32_t node) {
  uint32_t number = 0;
  if (tape_.natural(tape_.find(node, Key::number), number))
    draft_.parameters = std::max(draft_.parameters, number);
}

} // namespace mortise::sql
