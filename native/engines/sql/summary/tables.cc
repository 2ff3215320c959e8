#include "engines/sql/summary/tables.h"

namespace mortise::sql {
namespace {

// How many names stand behind that of the table; none: it isn't about a table.
uint32_t names_behind(std::string_view type) {
  for (const std::string_view table : {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE",
                                       "OBJECT_INDEX", "OBJECT_FOREIGN_TABLE"})
    if (type == table) return 0;
  for (const std::string_view part :
       {"OBJECT_COLUMN", "OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE", "OBJECT_TABCONSTRAINT"})
    if (type == part) return 1;
  return none;
}

} // namespace

mortise_text Tables::text(uint32_t node) {
  return node ? operands_.text(node) : text_of_word("");
}

void Tables::named(uint32_t range_var, uint32_t block, int32_t use, bool is_source, bool may_be_with) {
  mortise_sql_table table{};
  table.block = block;
  table.use = use;
  table.catalog = text(tape_.find(range_var, Key::catalogname));
  table.schema = text(tape_.find(range_var, Key::schemaname));
  table.name = operands_.text(tape_.find(range_var, Key::relname));
  const uint32_t alias = tape_.find(range_var, Key::alias);
  table.alias = text(tape_.find(alias, Key::aliasname));
  Source source{
      block, table.schema, table.alias.size > 0 ? table.alias : table.name, table.alias.size > 0, true,
      none,  none};
  if (!(may_be_with && table.schema.size == 0 && names_.visible(table.name))) {
    // An alias with names for columns hides the table's own.
    if (!tape_.find(alias, Key::colnames)) source.table = static_cast<uint32_t>(draft_.tables.size());
    draft_.tables.push_back(table);
  }
  if (is_source) draft_.sources.push_back(source);
}

void Tables::unnamed(uint32_t node, uint32_t block, uint32_t made_of) {
  const mortise_text name = text(tape_.find(tape_.find(node, Key::alias), Key::aliasname));
  draft_.sources.push_back({block, text_of_word(""), name, true, true, none, made_of});
}

void Tables::alias(uint32_t alias, uint32_t block) {
  const mortise_text name = text(tape_.find(alias, Key::aliasname));
  draft_.sources.push_back({block, text_of_word(""), name, true, true, none, none});
}

void Tables::hidden(std::string_view name, uint32_t block) {
  draft_.sources.push_back({block, text_of_word(""), text_of_word(name), true, false, none, none});
}

void Tables::dropped(uint32_t statement, uint32_t block) {
  uint32_t type = tape_.find(statement, Key::removeType);
  if (!type) type = tape_.find(statement, Key::objtype);
  const uint32_t behind = names_behind(tape_.raw(type));
  if (behind == none) return;
  const uint32_t objects = tape_.find(statement, Key::objects), one = tape_.find(statement, Key::object);
  for (uint32_t object = tape_.first(objects); object; object = tape_.next(object, objects))
    this->object(tape_.find(operands_.node(object, Key::List), Key::items), behind, block);
  if (one) object(tape_.find(operands_.node(one, Key::List), Key::items), behind, block);
}

void Tables::owner(uint32_t option, uint32_t block) {
  const uint32_t list = operands_.node(tape_.find(option, Key::arg), Key::List);
  object(tape_.find(list, Key::items), 1, block, MORTISE_SQL_USE_READ);
}

void Tables::object(uint32_t strings, uint32_t behind, uint32_t block, int32_t use) {
  const uint32_t count = tape_.count(strings);
  if (count <= behind) return;
  mortise_text parts[3] = {text_of_word(""), text_of_word(""), text_of_word("")};
  uint32_t string = tape_.first(strings);
  for (uint32_t at = behind; at < count; ++at, string = tape_.next(string, strings)) {
    parts[0] = parts[1];
    parts[1] = parts[2];
    parts[2] = text(tape_.find(operands_.node(string, Key::String), Key::sval));
  }
  draft_.tables.push_back({block, use, parts[0], parts[1], parts[2], text_of_word("")});
}

void Tables::index(uint32_t index_statement, uint32_t block) {
  const uint32_t name = tape_.find(index_statement, Key::idxname);
  if (!name) return;
  const uint32_t table = tape_.find(index_statement, Key::relation);
  // An index is in the schema of its table.
  draft_.tables.push_back({block, MORTISE_SQL_USE_DEFINE, text(tape_.find(table, Key::catalogname)),
                           text(tape_.find(table, Key::schemaname)), text(name), text_of_word("")});
}

void Tables::locks(uint32_t clauses, uint32_t block) {
  for (uint32_t clause = tape_.first(clauses); clause; clause = tape_.next(clause, clauses)) {
    const uint32_t locking = operands_.node(clause, Key::LockingClause);
    const std::string_view strength = tape_.raw(tape_.find(locking, Key::strength));
    const bool shared = strength == "LCS_FORSHARE" || strength == "LCS_FORKEYSHARE";
    draft_.blocks[block].flags |= shared ? MORTISE_SQL_HAS_FOR_SHARE : MORTISE_SQL_HAS_FOR_UPDATE;
    const uint32_t names = tape_.find(locking, Key::lockedRels);
    if (!names) draft_.locks.push_back({block, true, text_of_word("")});
    for (uint32_t name = tape_.first(names); name; name = tape_.next(name, names))
      draft_.locks.push_back(
          {block, false, text(tape_.find(operands_.node(name, Key::RangeVar), Key::relname))});
  }
}

} // namespace mortise::sql
