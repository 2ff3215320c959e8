// The services udf_registration, udf_registration_aggregate and mysql_udf_metadata, and calls of what was registered.
#include "mysql/functions.h"

#include "mysql/convert.h"
#include "mysql/library.h"
#include "mysql/services.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace mortise::mysql {
namespace {

std::string key_of(std::string name) {
  for (char &c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

// Names that a statement can hold without quotes.
bool is_name(const std::string &name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), fits);
}

bool is_kind(int32_t kind) {
  return kind == kind_text || kind == kind_real || kind == kind_integer || kind == kind_decimal;
}

int register_any(const char *name, int32_t kind, Any run, Prepare prepare, Finish finish, Add add,
                 Clear clear) {
  Library *library = Calling::library();
  if (!library) {
    report(severity_error, "functions are registered in init, on the thread that calls it");
    return 1;
  }
  if (!name || !is_name(name) || !is_kind(kind) || !run) {
    report(severity_error, std::string("the function ") + (name ? name : "without a name") +
                               " has no valid name, no known type or no code");
    return 1;
  }
  return !library->registry.functions.add({name, kind, run, prepare, finish, add, clear, library});
}

int register_function(const char *name, int32_t kind, Any run, Prepare prepare, Finish finish) {
  return register_any(name, kind, run, prepare, finish, nullptr, nullptr);
}

int register_aggregate(const char *name, int32_t kind, Any run, Prepare prepare, Finish finish, Add add,
                       Clear clear) {
  if (add && clear) return register_any(name, kind, run, prepare, finish, add, clear);
  report(severity_error, "an aggregate has a function that adds and one that clears");
  return 1;
}

int unregister(const char *name, int *was_present) {
  Library *library = Calling::library();
  bool found = false;
  const bool removed = library && name && library->registry.functions.remove(name, found);
  if (was_present) *was_present = found;
  return !removed;
}

// "charset" or "collation", whose name begins with that of its character set. Null: neither, or not known here.
const char *charset_in(const char *type, const void *value, std::string &charset) {
  if (!type || !value) return nullptr;
  charset = static_cast<const char *>(value);
  if (strcmp(type, "collation") == 0) charset = charset.substr(0, charset.find('_'));
  if (strcmp(type, "charset") != 0 && strcmp(type, "collation") != 0) return nullptr;
  return is_charset(charset) ? charset.c_str() : nullptr;
}

int set_charset(std::string &to, const char *type, void *value) {
  std::string charset;
  if (!charset_in(type, value, charset)) {
    report(severity_error, "this host knows no " + std::string(type ? type : "attribute") + " of that name");
    return 1;
  }
  to = charset;
  return 0;
}

const char *const binary = "binary";

int get_charset(const std::string &charset, const char *type, void **value) {
  if (!type || !value) return 1;
  const std::string &name = charset.empty() ? std::string(binary) : charset;
  const bool is_collation = strcmp(type, "collation") == 0;
  if (!is_collation && strcmp(type, "charset") != 0) return 1;
  // Constants: what is given out outlives the call.
  static const char *const names[][2] = {{"utf8mb4", "utf8mb4_0900_ai_ci"}, {"utf8mb3", "utf8mb3_general_ci"},
                                         {"ascii", "ascii_general_ci"},     {"latin1", "latin1_swedish_ci"},
                                         {"utf8", "utf8mb3_general_ci"},    {binary, binary}};
  for (const auto &pair : names) {
    if (name != pair[0]) continue;
    *value = const_cast<char *>(pair[is_collation]);
    return 0;
  }
  return 1;
}

Call *call_of(void *extension) {
  return static_cast<Call *>(extension);
}

int argument_get(Arguments *arguments, const char *type, unsigned index, void **value) {
  const Call *call = arguments ? call_of(arguments->extension) : nullptr;
  if (!call || index >= call->argument_charsets.size()) return 1;
  return get_charset(call->argument_charsets[index], type, value);
}

int result_get(Prepared *prepared, const char *type, void **value) {
  const Call *call = prepared ? call_of(prepared->extension) : nullptr;
  return call ? get_charset(call->charset, type, value) : 1;
}

int argument_set(Arguments *arguments, const char *type, unsigned index, void *value) {
  Call *call = arguments ? call_of(arguments->extension) : nullptr;
  if (!call || index >= call->argument_charsets.size()) return 1;
  return set_charset(call->argument_charsets[index], type, value);
}

int result_set(Prepared *prepared, const char *type, void *value) {
  Call *call = prepared ? call_of(prepared->extension) : nullptr;
  return call ? set_charset(call->charset, type, value) : 1;
}

// A row as a function reads it.
struct Row {
  std::vector<int32_t> kinds;
  std::vector<char *> values;
  std::vector<unsigned long> sizes;
  std::vector<char> maybe_null;
  std::vector<std::string> titles;
  std::vector<char *> names;
  std::vector<unsigned long> name_sizes;
  Arguments arguments = {};

  Row(const std::vector<Value> &columns, void *extension) {
    const size_t count = columns.size();
    for (size_t i = 0; i < count; i++) {
      kinds.push_back(columns[i].kind);
      titles.push_back("argument " + std::to_string(i + 1));
      // As a server has it: what is a constant and not NULL is never NULL.
      maybe_null.push_back(columns[i].is_null);
    }
    values.resize(count + 1);
    sizes.resize(count + 1);
    for (std::string &title : titles) {
      names.push_back(title.data());
      name_sizes.push_back(static_cast<unsigned long>(title.size()));
    }
    names.push_back(nullptr);
    name_sizes.push_back(0);
    kinds.push_back(0);
    maybe_null.push_back(0);
    arguments = {static_cast<uint32_t>(count),
                 kinds.data(),
                 values.data(),
                 sizes.data(),
                 maybe_null.data(),
                 names.data(),
                 name_sizes.data(),
                 extension};
  }

  // The values stay the caller's.
  void fill(const std::vector<Value> &row) {
    for (size_t i = 0; i < row.size(); i++) {
      Value &value = const_cast<Value &>(row[i]);
      values[i] = value.is_null                ? nullptr
                  : value.kind == kind_real    ? reinterpret_cast<char *>(&value.real)
                  : value.kind == kind_integer ? reinterpret_cast<char *>(&value.integer)
                                               : value.text.data();
      sizes[i] = static_cast<unsigned long>(value.is_null                ? 0
                                            : value.kind == kind_real    ? sizeof value.real
                                            : value.kind == kind_integer ? sizeof value.integer
                                                                         : value.text.size());
    }
  }
};

// What a function may say of its result's size; a server takes as much.
constexpr unsigned long max_result = 64ul << 20;
constexpr unsigned long usual_result = 766;

bool is_ascii(const std::string &text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

} // namespace

bool is_charset(const std::string &name) {
  for (const char *known : {"utf8mb4", "utf8mb3", "utf8", "ascii", "latin1", "binary"})
    if (name == known) return true;
  return false;
}

bool Functions::add(Function function) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto added = entries_.emplace(key_of(function.name), Entry{function});
  if (added.second) return true;
  report(severity_error, "the function " + function.name + " was registered already, by " +
                             added.first->second.function.owner->plugin.name);
  return false;
}

bool Functions::remove(const std::string &name, bool &found) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto entry = entries_.find(key_of(name));
  found = entry != entries_.end();
  if (!found || entry->second.running > 0) return false;
  entries_.erase(entry);
  return true;
}

std::vector<std::string> Functions::remove_all(const Library &owner) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> names;
  for (auto at = entries_.begin(); at != entries_.end();) {
    if (at->second.function.owner != &owner) {
      at++;
      continue;
    }
    names.push_back(at->second.function.name);
    at = entries_.erase(at);
  }
  return names;
}

std::vector<Function> Functions::of(const Library &owner) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Function> found;
  for (const auto &entry : entries_)
    if (entry.second.function.owner == &owner) found.push_back(entry.second.function);
  return found;
}

Functions::Use::Use(Functions &functions, const Library &owner, const std::string &name)
    : functions_(functions), key_(key_of(name)) {
  const std::lock_guard<std::mutex> lock(functions_.mutex_);
  const auto entry = functions_.entries_.find(key_);
  if (entry == functions_.entries_.end() || entry->second.function.owner != &owner) return;
  entry->second.running++;
  function_ = entry->second.function;
  found_ = true;
}

Functions::Use::~Use() {
  if (!found_) return;
  const std::lock_guard<std::mutex> lock(functions_.mutex_);
  const auto entry = functions_.entries_.find(key_);
  if (entry != functions_.entries_.end()) entry->second.running--;
}

Call::Outcome Call::run(const Function &function, std::vector<std::vector<Value>> rows) {
  for (const Value &value : columns)
    argument_charsets.push_back(value.kind == kind_text && !value.is_binary ? "utf8mb4" : binary);
  Row row(columns, this);
  row.fill(columns);
  Prepared prepared = {false, 31, usual_result, nullptr, false, this};
  if (function.prepare) {
    char text[message_size + 1] = {};
    const bool refused = function.prepare(&prepared, &row.arguments, text);
    text[message_size] = '\0';
    message = text;
    if (refused) return Outcome::refused;
  }
  struct Finally {
    const Function &function;
    Prepared &prepared;
    ~Finally() {
      if (function.finish) function.finish(&prepared);
    }
  } const finally{function, prepared};
  // A function may ask for arguments of other types.
  for (size_t i = 0; i < columns.size(); i++) {
    const int32_t kind = row.kinds[i];
    if (kind == columns[i].kind) continue;
    if (!is_kind(kind)) {
      message = "it asks for argument " + std::to_string(i + 1) + " as the type " + std::to_string(kind);
      return Outcome::bad_result;
    }
    for (auto &values : rows)
      values[i] = converted(values[i], kind);
  }
  // What the function asked for; as UTF-8 a text is in any of them as long as it is ASCII.
  for (const auto &values : rows) {
    for (size_t i = 0; i < values.size(); i++) {
      const std::string &charset = argument_charsets[i];
      if ((charset != "ascii" && charset != "latin1") || values[i].is_binary || is_ascii(values[i].text))
        continue;
      message =
          "argument " + std::to_string(i + 1) + " is wanted in " + charset + ", and has other characters";
      return Outcome::refused;
    }
  }
  if (!function.add) {
    row.fill(rows.front());
    return take(function, prepared, row.arguments);
  }
  unsigned char is_null = 0, error = 0;
  function.clear(&prepared, &is_null, &error);
  for (size_t i = 0; i < rows.size() && !error; i++) {
    row.fill(rows[i]);
    function.add(&prepared, &row.arguments, &is_null, &error);
  }
  return error ? Outcome::failed : take(function, prepared, row.arguments);
}

Call::Outcome Call::take(const Function &function, Prepared &prepared, Arguments &arguments) {
  unsigned char is_null = 0, error = 0;
  result.kind = function.kind;
  if (function.kind == kind_real) {
    result.real = reinterpret_cast<ToReal>(function.run)(&prepared, &arguments, &is_null, &error);
  } else if (function.kind == kind_integer) {
    result.integer = reinterpret_cast<ToInteger>(function.run)(&prepared, &arguments, &is_null, &error);
  } else {
    const unsigned long room = std::max(usual_result, std::min(prepared.max_size, max_result));
    const std::unique_ptr<char[]> buffer(new (std::nothrow) char[room + 1]());
    if (!buffer) return Outcome::no_memory;
    unsigned long size = room;
    const char *text =
        reinterpret_cast<ToText>(function.run)(&prepared, &arguments, buffer.get(), &size, &is_null, &error);
    if (!error && !is_null && text) {
      const bool is_own = text >= buffer.get() && text <= buffer.get() + room;
      const size_t left = is_own ? static_cast<size_t>(buffer.get() + room - text) : max_result;
      if (size > left) {
        message = "it says that its result has " + std::to_string(size) + " bytes";
        return Outcome::bad_result;
      }
      result.text.assign(text, size);
    }
    if (!text) is_null = 1;
  }
  result.is_null = is_null != 0;
  return error ? Outcome::failed : Outcome::done;
}

const void *const function_registration_table[] = {entry(register_function), entry(unregister)};
const void *const aggregate_registration_table[] = {entry(register_aggregate), entry(unregister)};
const void *const function_metadata_table[] = {entry(argument_get), entry(result_get), entry(argument_set),
                                               entry(result_set)};

} // namespace mortise::mysql
