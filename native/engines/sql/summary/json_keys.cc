#include "engines/sql/summary/json_keys.h"

#include <array>
#include <cstddef>

namespace mortise::sql {
namespace {

struct Entry {
  std::string_view name;
  Key key = Key::none;
};

#define MORTISE_SQL_ENTRY(name) Entry{#name, Key::name},
constexpr Entry names[] = {MORTISE_SQL_STATEMENTS(MORTISE_SQL_ENTRY) MORTISE_SQL_NODES(MORTISE_SQL_ENTRY)
                               MORTISE_SQL_MEMBERS(MORTISE_SQL_ENTRY)};
#undef MORTISE_SQL_ENTRY

constexpr size_t places = 1024;

constexpr size_t place_of(std::string_view name) {
  const size_t size = name.size();
  const auto at = [name](size_t index) { return static_cast<size_t>(static_cast<uint8_t>(name[index])); };
  return (size * 37 + at(0) * 131 + at(size / 2) * 29 + at(size - 1) * 17 + at(size > 3 ? 3 : 0) * 61) %
         places;
}

constexpr std::array<Entry, places> table_of_names() {
  std::array<Entry, places> table{};
  for (const Entry &entry : names) {
    size_t place = place_of(entry.name);
    while (table[place].key != Key::none)
      place = (place + 1) % places;
    table[place] = entry;
  }
  return table;
}

constexpr std::array<Entry, places> table = table_of_names();

bool ends_in_stmt(std::string_view name) {
  return name.size() > 4 && name.substr(name.size() - 4) == "Stmt";
}

} // namespace

Key key_of(std::string_view name) {
  if (name.empty()) return Key::other_member;
  for (size_t place = place_of(name); table[place].key != Key::none; place = (place + 1) % places)
    if (table[place].name == name) return table[place].key;
  if (name[0] < 'A' || name[0] > 'Z') return Key::other_member;
  return ends_in_stmt(name) ? Key::other_statement : Key::other_node;
}

} // namespace mortise::sql
