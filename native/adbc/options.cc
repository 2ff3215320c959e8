#include "adbc/options.h"

namespace mortise::adbc {
namespace {

constexpr size_t max_value = 64 << 20;

// The functions of one kind of object, and how messages name them.
template <typename Object> struct Functions {
  typename Options<Object>::SetText set_text;
  typename Options<Object>::SetBytes set_bytes;
  typename Options<Object>::SetInt set_int;
  typename Options<Object>::SetDouble set_double;
  typename Options<Object>::GetText get_text;
  typename Options<Object>::GetBytes get_bytes;
  typename Options<Object>::GetInt get_int;
  typename Options<Object>::GetDouble get_double;
  std::string name;
};

Functions<CDatabase> functions_of(const Table &table, const CDatabase &) {
  return {table.database_set_option,        table.database_set_option_bytes,  table.database_set_option_int,
          table.database_set_option_double, table.database_get_option,        table.database_get_option_bytes,
          table.database_get_option_int,    table.database_get_option_double, "AdbcDatabase"};
}

Functions<CConnection> functions_of(const Table &table, const CConnection &) {
  return {table.connection_set_option,
          table.connection_set_option_bytes,
          table.connection_set_option_int,
          table.connection_set_option_double,
          table.connection_get_option,
          table.connection_get_option_bytes,
          table.connection_get_option_int,
          table.connection_get_option_double,
          "AdbcConnection"};
}

Functions<CStatement> functions_of(const Table &table, const CStatement &) {
  return {
      table.statement_set_option,        table.statement_set_option_bytes,  table.statement_set_option_int,
      table.statement_set_option_double, table.statement_get_option,        table.statement_get_option_bytes,
      table.statement_get_option_int,    table.statement_get_option_double, "AdbcStatement"};
}

template <typename Object>
void set(const Table &table, Object &object, const std::string &name, const OptionValue &value) {
  const Functions<Object> functions = functions_of(table, object);
  const std::string set = functions.name + "SetOption";
  const char *key = name.c_str();
  if (const auto *text = std::get_if<std::string>(&value))
    call(table, set.c_str(), functions.set_text, &object, key, text->c_str());
  else if (const auto *bytes = std::get_if<Bytes>(&value))
    call(table, (set + "Bytes").c_str(), functions.set_bytes, &object, key, bytes->data(), bytes->size());
  else if (const auto *integer = std::get_if<int64_t>(&value))
    call(table, (set + "Int").c_str(), functions.set_int, &object, key, *integer);
  else
    call(table, (set + "Double").c_str(), functions.set_double, &object, key, std::get<double>(value));
}

// Asks again with more room until the value fits.
template <typename Container, typename Object, typename Get>
Container read(const Table &table, const std::string &name, Get get, Object &object, const char *key) {
  Container value;
  value.resize(256);
  for (int attempt = 0; attempt < 3; attempt++) {
    size_t size = value.size();
    call(table, name.c_str(), get, &object, key, value.data(), &size);
    if (size > max_value) throw broken(name.c_str(), "an option of " + std::to_string(size) + " bytes");
    const bool fits = size <= value.size();
    value.resize(size);
    if (fits) return value;
  }
  throw broken(name.c_str(), "an option whose size changes each time that it is asked for");
}

template <typename Object>
OptionValue get(const Table &table, Object &object, const std::string &name, OptionType type) {
  const Functions<Object> functions = functions_of(table, object);
  const std::string get = functions.name + "GetOption";
  const char *key = name.c_str();
  switch (type) {
  case OptionType::text: {
    std::string text = read<std::string>(table, get, functions.get_text, object, key);
    text.resize(text.find('\0') == std::string::npos ? text.size() : text.find('\0'));
    return text;
  }
  case OptionType::bytes:
    return read<Bytes>(table, get + "Bytes", functions.get_bytes, object, key);
  case OptionType::integer: {
    int64_t integer = 0;
    call(table, (get + "Int").c_str(), functions.get_int, &object, key, &integer);
    return integer;
  }
  case OptionType::number:
    break;
  }
  double number = 0;
  call(table, (get + "Double").c_str(), functions.get_double, &object, key, &number);
  return number;
}

} // namespace

void set_option(const Table &table, CDatabase &object, const std::string &name, const OptionValue &value) {
  set(table, object, name, value);
}
void set_option(const Table &table, CConnection &object, const std::string &name, const OptionValue &value) {
  set(table, object, name, value);
}
void set_option(const Table &table, CStatement &object, const std::string &name, const OptionValue &value) {
  set(table, object, name, value);
}
OptionValue get_option(const Table &table, CDatabase &object, const std::string &name, OptionType type) {
  return get(table, object, name, type);
}
OptionValue get_option(const Table &table, CConnection &object, const std::string &name, OptionType type) {
  return get(table, object, name, type);
}
OptionValue get_option(const Table &table, CStatement &object, const std::string &name, OptionType type) {
  return get(table, object, name, type);
}

} // namespace mortise::adbc
