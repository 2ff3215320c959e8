#include "engines/sql/summary/comparisons.h"

namespace mortise::sql {
namespace {

constexpr mortise_text equal = text_of_word("=");
constexpr mortise_text is_distinct = text_of_word("IS DISTINCT FROM");
constexpr mortise_text is_not_distinct = text_of_word("IS NOT DISTINCT FROM");

// The operator for exchanged sides; an empty text when there is none.
mortise_text mirrored(mortise_text operation) {
  constexpr std::string_view mirrors[][2] = {{"=", "="},
                                             {"<>", "<>"},
                                             {"<", ">"},
                                             {">", "<"},
                                             {"<=", ">="},
                                             {">=", "<="},
                                             {"IS DISTINCT FROM", "IS DISTINCT FROM"},
                                             {"IS NOT DISTINCT FROM", "IS NOT DISTINCT FROM"}};
  for (const auto &[left, right] : mirrors)
    if (is_text(operation, left)) return text_of_word(right);
  return text_of_word("");
}

// Whether a comparison of rows holds only if it holds for each of their columns.
bool holds_for_each(mortise_text operation) {
  return is_text(operation, "=") || is_text(operation, "IS NOT DISTINCT FROM");
}

} // namespace

void Comparisons::add(const Column &column, mortise_text operation, const Value &value,
                      const Standing &standing, uint32_t group, uint32_t flags, uint32_t table) {
  mortise_sql_comparison one{};
  one.block = standing.block;
  one.table = table;
  one.qualifier = column.qualifier;
  one.column = column.name;
  one.operation = operation;
  one.value = value.text;
  one.type = value.type;
  one.parameter = value.parameter;
  one.place = standing.place;
  one.flags = flags | (standing.certain ? MORTISE_SQL_CERTAIN : 0);
  one.group = group;
  one.reserved = column.relation_size; // until resolve() has used it
  draft_.comparisons.push_back(one);
}

void Comparisons::expression(uint32_t a_expr, const Standing &standing) {
  const std::string_view kind = tape_.raw(tape_.find(a_expr, Key::kind));
  const uint32_t left = tape_.find(a_expr, Key::lexpr), right = tape_.find(a_expr, Key::rexpr);
  const uint32_t name = tape_.find(a_expr, Key::name);
  if (!left || !right || kind == "AEXPR_NULLIF") return;
  const uint32_t items = tape_.find(operands_.node(right, Key::List), Key::items);
  if (kind == "AEXPR_DISTINCT") return sides(left, right, is_distinct, standing);
  if (kind == "AEXPR_NOT_DISTINCT") return sides(left, right, is_not_distinct, standing);
  if (kind == "AEXPR_IN") return in_list(left, items, operands_.operation(name), standing);
  if (kind == "AEXPR_OP_ANY") return elements(left, right, operands_.operation(name), true, standing);
  if (kind == "AEXPR_OP_ALL") return elements(left, right, operands_.operation(name), false, standing);
  if (kind.substr(0, 13) == "AEXPR_BETWEEN" || kind.substr(0, 17) == "AEXPR_NOT_BETWEEN")
    return between(left, items, kind, standing);
  sides(left, right, operands_.operation(name), standing);
}

void Comparisons::sides(uint32_t left, uint32_t right, mortise_text operation, Standing standing) {
  const uint32_t row = operands_.row(left), other = operands_.row(right);
  if (!row && !other) return pair(left, right, operation, standing);
  if (row && other) {
    if (tape_.count(row) != tape_.count(other)) return;
    standing.certain = standing.certain && holds_for_each(operation);
    uint32_t theirs = tape_.first(other);
    for (uint32_t ours = tape_.first(row); ours;
         ours = tape_.next(ours, row), theirs = tape_.next(theirs, other))
      pair(ours, theirs, operation, standing);
    return;
  }
  if (row) return each(left, operation, {}, standing);
  const mortise_text mirror = mirrored(operation);
  if (mirror.size > 0) each(right, mirror, {}, standing);
}

void Comparisons::pair(uint32_t left, uint32_t right, mortise_text operation, const Standing &standing) {
  Column column;
  if (operands_.column(left, column)) add(column, operation, operands_.value(right), standing, new_group());
  const mortise_text mirror = mirrored(operation);
  if (mirror.size > 0 && operands_.column(right, column))
    add(column, mirror, operands_.value(left), standing, new_group());
}

void Comparisons::elements(uint32_t left, uint32_t array, mortise_text operation, bool any,
                           const Standing &standing) {
  Column column;
  if (!operands_.column(left, column)) return;
  uint32_t type = 0;
  const uint32_t elements = operands_.elements(array, type);
  uint32_t group = new_group();
  if (!elements)
    return add(column, operation, operands_.value(array, true), standing, group,
               any ? MORTISE_SQL_ARRAY : MORTISE_SQL_ARRAY_ALL);
  for (uint32_t element = tape_.first(elements); element; element = tape_.next(element, elements)) {
    add(column, operation, operands_.value(element, type != 0, type), standing, group);
    if (!any) group = new_group();
  }
}

void Comparisons::in_list(uint32_t left, uint32_t items, mortise_text operation, const Standing &standing) {
  if (const uint32_t row = operands_.row(left)) return in_rows(row, items, operation, standing);
  Column column;
  if (!operands_.column(left, column)) return;
  const bool any = is_text(operation, "=");
  uint32_t group = new_group();
  for (uint32_t item = tape_.first(items); item; item = tape_.next(item, items)) {
    add(column, operation, operands_.value(item), standing, group);
    if (!any) group = new_group();
  }
}

void Comparisons::in_rows(uint32_t row, uint32_t items, mortise_text operation, Standing standing) {
  const bool any = is_text(operation, "=");
  const uint32_t width = tape_.count(row), first_group = draft_.groups;
  standing.certain = standing.certain && any;
  // An item of another width, as a subquery is, leaves no column's values known.
  for (uint32_t item = tape_.first(items); item; item = tape_.next(item, items)) {
    if (tape_.count(operands_.row(item)) == width) continue;
    for (uint32_t ours = tape_.first(row); ours; ours = tape_.next(ours, row))
      each(ours, operation, {}, standing);
    return;
  }
  if (any) draft_.groups += width;
  std::vector<Column> columns;
  for (uint32_t ours = tape_.first(row); ours; ours = tape_.next(ours, row)) {
    columns.emplace_back();
    if (!operands_.column(ours, columns.back())) columns.back().name.size = 0;
  }
  for (uint32_t item = tape_.first(items); item; item = tape_.next(item, items)) {
    uint32_t group = first_group;
    const uint32_t values = operands_.row(item);
    uint32_t value = tape_.first(values);
    for (const Column &column : columns) {
      const uint32_t own = any ? group++ : new_group();
      if (column.name.size > 0) add(column, operation, operands_.value(value), standing, own);
      value = tape_.next(value, values);
    }
  }
}

void Comparisons::between(uint32_t left, uint32_t bounds, std::string_view kind, Standing standing) {
  Column column;
  const uint32_t low = tape_.first(bounds), high = low ? tape_.next(low, bounds) : 0;
  if (!high || !operands_.column(left, column)) return;
  const bool negated = kind.substr(0, 9) == "AEXPR_NOT";
  const bool symmetric = kind.substr(kind.size() - 3) == "SYM";
  // Which bound is the lower one isn't known.
  if (symmetric) standing.certain = false;
  const uint32_t group = new_group();
  add(column, text_of_word(negated ? "<" : ">="), operands_.value(low), standing, group);
  // Outside of both bounds: below the one, or above the other.
  add(column, text_of_word(negated ? ">" : "<="), operands_.value(high), standing,
      negated && !symmetric ? group : new_group());
}

void Comparisons::each(uint32_t expression, mortise_text operation, const Value &value, Standing standing,
                       uint32_t flags) {
  Column column;
  const uint32_t row = operands_.row(expression);
  if (!row) {
    if (operands_.column(expression, column)) add(column, operation, value, standing, new_group(), flags);
    return;
  }
  standing.certain = standing.certain && (holds_for_each(operation) || value.type == MORTISE_SQL_VALUE_NULL);
  for (uint32_t part = tape_.first(row); part; part = tape_.next(part, row))
    if (operands_.column(part, column)) add(column, operation, value, standing, new_group(), flags);
}

void Comparisons::null_test(uint32_t node, const Standing &standing) {
  const bool negated = tape_.raw(tape_.find(node, Key::nulltesttype)) == "IS_NOT_NULL";
  each(tape_.find(node, Key::arg), text_of_word(negated ? "IS NOT" : "IS"),
       {MORTISE_SQL_VALUE_NULL, 0, text_of_word("")}, standing);
}

void Comparisons::boolean_test(uint32_t node, const Standing &standing) {
  Column column;
  if (!operands_.column(tape_.find(node, Key::arg), column)) return;
  std::string_view test = tape_.raw(tape_.find(node, Key::booltesttype));
  const bool negated = test.substr(0, 7) == "IS_NOT_";
  test.remove_prefix(std::min<size_t>(test.size(), negated ? 7 : 3));
  Value value = {MORTISE_SQL_VALUE_NULL, 0, text_of_word("")};
  if (test != "UNKNOWN")
    value = {MORTISE_SQL_VALUE_BOOLEAN, 0, text_of_word(test == "TRUE" ? "true" : "false")};
  add(column, text_of_word(negated ? "IS NOT" : "IS"), value, standing, new_group());
}

void Comparisons::subquery(uint32_t sub_link, const Standing &standing) {
  const std::string_view kind = tape_.raw(tape_.find(sub_link, Key::subLinkType));
  const uint32_t tested = tape_.find(sub_link, Key::testexpr), name = tape_.find(sub_link, Key::operName);
  if (!tested || (kind != "ANY_SUBLINK" && kind != "ALL_SUBLINK")) return;
  each(tested, name ? operands_.operation(name) : equal, {}, standing,
       kind == "ANY_SUBLINK" ? MORTISE_SQL_ARRAY : MORTISE_SQL_ARRAY_ALL);
}

} // namespace mortise::sql
