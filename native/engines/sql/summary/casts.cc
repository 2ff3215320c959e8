#include "engines/sql/summary/casts.h"

#include <utility>

namespace mortise::sql {
namespace {

enum class Family : uint8_t { unknown, whole, numeric, text, boolean, other };

Family family_of(std::string_view type) {
  constexpr std::pair<std::string_view, Family> families[] = {
      {"int2", Family::whole},      {"int4", Family::whole},       {"int8", Family::whole},
      {"numeric", Family::numeric}, {"text", Family::text},        {"varchar", Family::text},
      {"bool", Family::boolean},    {"uuid", Family::other},       {"date", Family::other},
      {"timestamp", Family::other}, {"timestamptz", Family::other}};
  for (const auto &[name, family] : families)
    if (type == name) return family;
  return Family::unknown;
}

// Of a type of PostgreSQL's own by its name, with or without "pg_catalog".
Family family_of(const JsonTape &tape, uint32_t names) {
  const uint32_t count = tape.count(names);
  uint32_t name = tape.first(names);
  const auto text = [&] { return tape.raw(tape.find(tape.find(name, Key::String), Key::sval)); };
  if (count == 2) {
    if (text() != "pg_catalog") return Family::unknown;
    name = tape.next(name, names);
  }
  return count == 1 || count == 2 ? family_of(text()) : Family::unknown;
}

bool is_whole(mortise_text number) {
  return std::string_view(number.data, static_cast<size_t>(number.size)).find_first_not_of("-0123456789") ==
         std::string_view::npos;
}

} // namespace

bool keeps_value(const JsonTape &tape, uint32_t type, bool is_array, const Value &value) {
  const Family family = family_of(tape, tape.find(type, Key::names));
  if (family == Family::unknown || tape.find(type, Key::typmods)) return false;
  if ((tape.find(type, Key::arrayBounds) != 0) != is_array) return false;
  switch (value.type) {
  case MORTISE_SQL_VALUE_PARAMETER:
  case MORTISE_SQL_VALUE_TEXT:
  case MORTISE_SQL_VALUE_NULL:
    return true;
  case MORTISE_SQL_VALUE_INTEGER:
    return family == Family::whole || family == Family::numeric || family == Family::text;
  case MORTISE_SQL_VALUE_DECIMAL:
    return family == Family::numeric || (family == Family::whole && is_whole(value.text));
  case MORTISE_SQL_VALUE_BOOLEAN:
    return family == Family::boolean || family == Family::text;
  default:
    return false;
  }
}

} // namespace mortise::sql
