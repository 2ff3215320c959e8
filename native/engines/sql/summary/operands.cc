#include "engines/sql/summary/operands.h"

#include "engines/sql/summary/casts.h"

namespace mortise::sql {

uint32_t Operands::node(uint32_t expression, Key kind) const {
  const uint32_t node = tape_.is(expression, JsonKind::object) ? tape_.first(expression) : 0;
  return tape_[node].key == kind && tape_.is(node, JsonKind::object) ? node : 0;
}

uint32_t Operands::bare(uint32_t expression, uint32_t &type) const {
  for (;;) {
    uint32_t wrapper = node(expression, Key::CollateClause);
    if (const uint32_t cast = node(expression, Key::TypeCast)) {
      if (type) return 0;
      type = tape_.find(cast, Key::typeName);
      if (!type) return 0;
      wrapper = cast;
    }
    if (!wrapper) return expression;
    expression = tape_.find(wrapper, Key::arg);
  }
}

uint32_t Operands::row(uint32_t expression) const {
  const uint32_t args = tape_.find(node(expression, Key::RowExpr), Key::args);
  for (uint32_t part = tape_.first(args); part; part = tape_.next(part, args))
    if (has_star(part)) return 0;
  return args;
}

bool Operands::has_star(uint32_t expression) const {
  uint32_t parts = tape_.find(node(expression, Key::ColumnRef), Key::fields);
  if (!parts) parts = tape_.find(node(expression, Key::A_Indirection), Key::indirection);
  for (uint32_t part = tape_.first(parts); part; part = tape_.next(part, parts))
    if (node(part, Key::A_Star)) return true;
  return false;
}

uint32_t Operands::elements(uint32_t expression, uint32_t &type) const {
  const uint32_t array = node(bare(expression, type), Key::A_ArrayExpr);
  const uint32_t elements = tape_.find(array, Key::elements);
  return elements ? elements : array; // an object without members when it is empty
}

bool Operands::column(uint32_t expression, Column &column) {
  while (const uint32_t collation = node(expression, Key::CollateClause))
    expression = tape_.find(collation, Key::arg);
  const uint32_t fields = tape_.find(node(expression, Key::ColumnRef), Key::fields);
  if (!fields) return false;
  column = {};
  for (uint32_t field = tape_.first(fields); field; field = tape_.next(field, fields)) {
    const uint32_t string = node(field, Key::String);
    if (!string) return false; // "*"
    column.qualifier = joined(column.qualifier, column.name);
    column.relation_size = static_cast<uint32_t>(column.name.size);
    column.name = text(tape_.find(string, Key::sval));
  }
  return column.name.size > 0;
}

Value Operands::value(uint32_t expression, bool is_array, uint32_t type) {
  const uint32_t content = bare(expression, type);
  const Value value = plain(content);
  return type && !keeps_value(tape_, type, is_array, value) ? Value{} : value;
}

Value Operands::plain(uint32_t expression) {
  const uint32_t inner = tape_.is(expression, JsonKind::object) ? tape_.first(expression) : 0;
  Value value;
  switch (tape_[inner].key) {
  case Key::A_Const:
    return constant(inner);
  case Key::ParamRef:
    if (tape_.natural(tape_.find(inner, Key::number), value.parameter) && value.parameter > 0)
      value.type = MORTISE_SQL_VALUE_PARAMETER;
    return value;
  case Key::SetToDefault:
    value.type = MORTISE_SQL_VALUE_DEFAULT;
    return value;
  default:
    return value;
  }
}

Value Operands::constant(uint32_t node) {
  // Each kind stands in an object of its own, which leaves out 0, false and "".
  const uint32_t kind = tape_.first(node);
  const uint32_t content = tape_.find(kind, tape_[kind].key);
  switch (tape_[kind].key) {
  case Key::ival:
    return {MORTISE_SQL_VALUE_INTEGER, 0, content ? digits(content) : text_of_word("0")};
  case Key::fval:
    return {MORTISE_SQL_VALUE_DECIMAL, 0, text(content)};
  case Key::boolval:
    return {MORTISE_SQL_VALUE_BOOLEAN, 0, text_of_word(content ? "true" : "false")};
  case Key::sval:
    return {MORTISE_SQL_VALUE_TEXT, 0, content ? text(content) : text_of_word("")};
  case Key::bsval:
    return {MORTISE_SQL_VALUE_BITS, 0, text(content)};
  case Key::isnull:
    return {MORTISE_SQL_VALUE_NULL, 0, text_of_word("")};
  default:
    return {};
  }
}

bool Operands::name(uint32_t strings, mortise_text &schema, mortise_text &name) {
  schema = name = text_of_word("");
  for (uint32_t part = tape_.first(strings); part; part = tape_.next(part, strings)) {
    const uint32_t string = node(part, Key::String);
    if (!string) return false;
    schema = name;
    name = text(tape_.find(string, Key::sval));
  }
  return name.size > 0;
}

mortise_text Operands::operation(uint32_t strings) {
  mortise_text schema, operation;
  if (!name(strings, schema, operation)) failed_ = true;
  return schema.size == 0 || is_text(schema, "pg_catalog") ? operation : joined(schema, operation);
}

mortise_text Operands::text(uint32_t node) {
  mortise_text text = text_of_word("");
  if (!tape_.text(node, texts_, text)) failed_ = true;
  return text;
}

mortise_text Operands::digits(uint32_t node) {
  const std::string_view raw = tape_.raw(node);
  const std::string_view unsigned_part = raw.substr(raw.substr(0, 1) == "-" ? 1 : 0);
  constexpr size_t max_digits = 10; // of 32 bits
  if (!tape_.is(node, JsonKind::number) || unsigned_part.size() > max_digits ||
      unsigned_part.find_first_not_of("0123456789") != std::string_view::npos)
    failed_ = true;
  return texts_.copy(raw);
}

mortise_text Operands::joined(mortise_text left, mortise_text right) {
  if (left.size == 0) return right;
  const size_t size = static_cast<size_t>(left.size + 1 + right.size);
  char *start = texts_.room(size);
  std::memcpy(start, left.data, static_cast<size_t>(left.size));
  start[left.size] = '.';
  std::memcpy(start + left.size + 1, right.data, static_cast<size_t>(right.size));
  return {start, size};
}

} // namespace mortise::sql
