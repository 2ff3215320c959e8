#include "engines/sql/summary/assignments.h"

namespace mortise::sql {
namespace {

constexpr mortise_text equal = text_of_word("=");

} // namespace

void Assignments::insert(uint32_t statement, uint32_t block, uint32_t table) {
  const std::vector<Target> columns = targets(tape_.find(statement, Key::cols));
  if (columns.empty()) return;
  const uint32_t select = operands_.node(tape_.find(statement, Key::selectStmt), Key::SelectStmt);
  const std::vector<uint32_t> lists = rows(select);
  // Which columns get the values behind a "*" isn't known.
  size_t width = columns.size();
  for (const uint32_t list : lists)
    width = std::min<size_t>(width, known(list));
  std::vector<uint32_t> groups(width);
  for (uint32_t &group : groups)
    group = comparisons_.new_group();
  // An identity column takes no value of the user's then, and which columns are isn't known.
  const bool ignored = tape_.raw(tape_.find(statement, Key::override)) == "OVERRIDING_USER_VALUE";
  const Standing standing = {block, MORTISE_SQL_IN_VALUES, !ignored};
  for (const uint32_t list : lists) {
    uint32_t element = tape_.first(list);
    for (size_t at = 0; at < width; ++at, element = tape_.next(element, list))
      add(columns[at], expression(element), standing, groups[at], table);
  }
}

void Assignments::set(uint32_t list, uint32_t block, uint32_t table) {
  const Standing standing = {block, MORTISE_SQL_IN_SET, false};
  const std::vector<Target> columns = targets(list);
  uint32_t element = tape_.first(list);
  // Of (a, b) = (1, 2) each column has the whole row. The rows of one statement are at the same place in all of them.
  uint32_t part = 0, row = 0;
  for (const Target &target : columns) {
    uint32_t value = expression(element);
    if (const uint32_t assigned = operands_.node(value, Key::MultiAssignRef)) {
      uint32_t number = 0;
      if (tape_.natural(tape_.find(assigned, Key::colno), number) && number == 1) {
        row = operands_.row(tape_.find(assigned, Key::source));
        part = tape_.first(row);
      } else {
        part = tape_.next(part, row);
      }
      value = part;
    }
    add(target, value, standing, comparisons_.new_group(), table);
    element = tape_.next(element, list);
  }
}

void Assignments::merge_insert(uint32_t clause, uint32_t block, uint32_t table) {
  const Standing standing = {block, MORTISE_SQL_IN_VALUES, false};
  const uint32_t values = tape_.find(clause, Key::values);
  uint32_t element = tape_.first(values);
  for (const Target &target : targets(tape_.find(clause, Key::targetList))) {
    if (!element || operands_.has_star(element)) return;
    add(target, element, standing, comparisons_.new_group(), table);
    element = tape_.next(element, values);
  }
}

std::vector<Assignments::Target> Assignments::targets(uint32_t columns) {
  std::vector<Target> targets;
  for (uint32_t column = tape_.first(columns); column; column = tape_.next(column, columns)) {
    const uint32_t target = operands_.node(column, Key::ResTarget);
    const mortise_text name = operands_.text(tape_.find(target, Key::name));
    targets.push_back({{text_of_word(""), name}, tape_.find(target, Key::indirection) == 0});
  }
  return targets;
}

void Assignments::add(const Target &target, uint32_t expression, const Standing &standing, uint32_t group,
                      uint32_t table) {
  comparisons_.add(target.column, equal, target.whole ? operands_.value(expression) : Value{}, standing,
                   group, 0, table);
}

std::vector<uint32_t> Assignments::rows(uint32_t select) const {
  std::vector<uint32_t> rows, selects{select};
  while (!selects.empty()) {
    const uint32_t one = selects.back();
    selects.pop_back();
    if (const uint32_t lists = tape_.find(one, Key::valuesLists)) {
      for (uint32_t list = tape_.first(lists); list; list = tape_.next(list, lists))
        rows.push_back(tape_.find(operands_.node(list, Key::List), Key::items));
    } else if (const uint32_t left = tape_.find(one, Key::larg)) {
      // All rows of EXCEPT and INTERSECT come from the left.
      if (tape_.raw(tape_.find(one, Key::op)) == "SETOP_UNION") selects.push_back(tape_.find(one, Key::rarg));
      selects.push_back(left);
    } else if (one) {
      rows.push_back(tape_.find(one, Key::targetList));
    }
  }
  return rows;
}

uint32_t Assignments::known(uint32_t row) const {
  uint32_t known = 0;
  for (uint32_t element = tape_.first(row); element; element = tape_.next(element, row), ++known)
    if (operands_.has_star(expression(element))) break;
  return known;
}

uint32_t Assignments::expression(uint32_t element) const {
  const uint32_t target = operands_.node(element, Key::ResTarget);
  return target ? tape_.find(target, Key::val) : element;
}

} // namespace mortise::sql
