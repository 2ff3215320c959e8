#include "engines/sql/shape/shape.h"

#include <mortise/text.h>

namespace mortise::sql {
namespace {

bool same(mortise_text left, mortise_text right) {
  return mortise_text_equal(left, right) != 0;
}

bool same(const mortise_sql_statement &left, const mortise_sql_statement &right) {
  return left.kind == right.kind && left.access == right.access && left.first_block == right.first_block &&
         left.block_count == right.block_count && same(left.node, right.node) && same(left.sql, right.sql);
}

bool same(const mortise_sql_block &left, const mortise_sql_block &right) {
  return left.kind == right.kind && left.flags == right.flags && left.statement == right.statement &&
         left.parent == right.parent;
}

bool same(const mortise_sql_table &left, const mortise_sql_table &right) {
  return left.block == right.block && left.use == right.use && same(left.catalog, right.catalog) &&
         same(left.schema, right.schema) && same(left.name, right.name) && same(left.alias, right.alias);
}

bool same(const mortise_sql_function &left, const mortise_sql_function &right) {
  return left.block == right.block && left.flags == right.flags && same(left.schema, right.schema) &&
         same(left.name, right.name);
}

bool same(const mortise_sql_comparison &left, const mortise_sql_comparison &right) {
  return left.block == right.block && left.table == right.table && same(left.qualifier, right.qualifier) &&
         same(left.column, right.column) && same(left.operation, right.operation) &&
         same(left.value, right.value) && left.type == right.type && left.parameter == right.parameter &&
         left.place == right.place && left.flags == right.flags && left.group == right.group;
}

template <class Item>
bool same(const Item *left, uint32_t left_count, const Item *right, uint32_t right_count) {
  if (left_count != right_count) return false;
  for (uint32_t at = 0; at < left_count; ++at)
    if (!same(left[at], right[at])) return false;
  return true;
}

} // namespace

bool same(const mortise_sql_summary &left, const mortise_sql_summary &right) {
  return left.outcome == right.outcome && left.position == right.position && left.access == right.access &&
         left.parameter_count == right.parameter_count && same(left.message, right.message) &&
         same(left.statements, left.statement_count, right.statements, right.statement_count) &&
         same(left.blocks, left.block_count, right.blocks, right.block_count) &&
         same(left.tables, left.table_count, right.tables, right.table_count) &&
         same(left.functions, left.function_count, right.functions, right.function_count) &&
         same(left.comparisons, left.comparison_count, right.comparisons, right.comparison_count);
}

} // namespace mortise::sql
