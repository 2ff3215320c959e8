// Options of databases, connections and statements, of the four types that ADBC has.
#pragma once

#include "adbc/failure.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mortise::adbc {

using Bytes = std::vector<uint8_t>;
using OptionValue = std::variant<std::string, Bytes, int64_t, double>;
using OptionList = std::vector<std::pair<std::string, OptionValue>>;
enum class OptionType { text, bytes, integer, number };

void set_option(const Table &table, CDatabase &object, const std::string &name, const OptionValue &value);
void set_option(const Table &table, CConnection &object, const std::string &name, const OptionValue &value);
void set_option(const Table &table, CStatement &object, const std::string &name, const OptionValue &value);
OptionValue get_option(const Table &table, CDatabase &object, const std::string &name, OptionType type);
OptionValue get_option(const Table &table, CConnection &object, const std::string &name, OptionType type);
OptionValue get_option(const Table &table, CStatement &object, const std::string &name, OptionType type);

template <typename Object> void set_options(const Table &table, Object &object, const OptionList &options) {
  for (const auto &[name, value] : options)
    set_option(table, object, name, value);
}

} // namespace mortise::adbc
