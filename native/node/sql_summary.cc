#include "node/sql_summary.h"

namespace mortise {
namespace {

Napi::Value to_text(Napi::Env env, mortise_text text) {
  return Napi::String::New(env, text.data ? text.data : "", static_cast<size_t>(text.size));
}

// The members of a struct of mortise/sql.h in their order; texts as strings, the rest as numbers.
Napi::Value to_row(Napi::Env env, const mortise_sql_statement &of) {
  Napi::Array row = Napi::Array::New(env, 6);
  uint32_t at = 0;
  for (const double number :
       {double(of.kind), double(of.access), double(of.first_block), double(of.block_count)})
    row.Set(at++, js::to_number(env, number));
  row.Set(at++, to_text(env, of.node));
  row.Set(at++, to_text(env, of.sql));
  return row;
}

Napi::Value to_row(Napi::Env env, const mortise_sql_block &of) {
  Napi::Array row = Napi::Array::New(env, 4);
  uint32_t at = 0;
  for (const double number : {double(of.kind), double(of.flags), double(of.statement), double(of.parent)})
    row.Set(at++, js::to_number(env, number));
  return row;
}

Napi::Value to_row(Napi::Env env, const mortise_sql_table &of) {
  Napi::Array row = Napi::Array::New(env, 6);
  uint32_t at = 0;
  row.Set(at++, js::to_number(env, of.block));
  row.Set(at++, js::to_number(env, of.use));
  for (const mortise_text text : {of.catalog, of.schema, of.name, of.alias})
    row.Set(at++, to_text(env, text));
  return row;
}

Napi::Value to_row(Napi::Env env, const mortise_sql_function &of) {
  Napi::Array row = Napi::Array::New(env, 4);
  row.Set(0u, js::to_number(env, of.block));
  row.Set(1u, js::to_number(env, of.flags));
  row.Set(2u, to_text(env, of.schema));
  row.Set(3u, to_text(env, of.name));
  return row;
}

Napi::Value to_row(Napi::Env env, const mortise_sql_comparison &of) {
  Napi::Array row = Napi::Array::New(env, 11);
  uint32_t at = 0;
  for (const double number : {double(of.block), double(of.table), double(of.type), double(of.parameter),
                              double(of.place), double(of.flags), double(of.group)})
    row.Set(at++, js::to_number(env, number));
  for (const mortise_text text : {of.qualifier, of.column, of.operation, of.value})
    row.Set(at++, to_text(env, text));
  return row;
}

template <typename Item> Napi::Array to_rows(Napi::Env env, const Item *items, uint32_t count) {
  Napi::Array rows = Napi::Array::New(env, count);
  for (uint32_t index = 0; index < count; index++) {
    const Napi::HandleScope scope(env);
    rows.Set(index, to_row(env, items[index]));
  }
  return rows;
}

} // namespace

Napi::Object to_summary(Napi::Env env, const mortise_sql_summary &made) {
  Napi::Object summary = Napi::Object::New(env);
  summary.Set("outcome", js::to_number(env, made.outcome));
  summary.Set("message", to_text(env, made.message));
  summary.Set("position", js::to_number(env, static_cast<double>(made.position)));
  summary.Set("access", js::to_number(env, made.access));
  summary.Set("parameterCount", js::to_number(env, made.parameter_count));
  summary.Set("statements", to_rows(env, made.statements, made.statement_count));
  summary.Set("blocks", to_rows(env, made.blocks, made.block_count));
  summary.Set("tables", to_rows(env, made.tables, made.table_count));
  summary.Set("functions", to_rows(env, made.functions, made.function_count));
  summary.Set("comparisons", to_rows(env, made.comparisons, made.comparison_count));
  return summary;
}

} // namespace mortise
