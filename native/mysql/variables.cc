// The services component_sys_variable_register and component_sys_variable_unregister: a component's system variables,
// whose values are the plugin's configuration.
#include "host/variable_flags.h"
#include "mysql/library.h"
#include "mysql/services.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace mortise::mysql {
namespace {

// What a component says of a variable: the default, then what limits it.
template <typename Number> struct Range {
  Number standard, min, max, block;
};
struct Choice {
  unsigned long standard;
  const Names *names;
};

// What was configured for a variable, which counts as taken.
std::optional<Setting> take(Library &library, const std::string &name) {
  const auto found = library.settings.find(name);
  if (found == library.settings.end()) return std::nullopt;
  Setting setting = std::move(found->second);
  library.settings.erase(found);
  return setting;
}

bool refuse(const std::string &name, const std::string &expected) {
  report(severity_error, name + " must be " + expected);
  return false;
}

template <typename Number, typename Given>
bool put_number(const std::string &name, const std::optional<Setting> &setting, const void *about,
                void *place, const char *type) {
  const auto &range = *static_cast<const Range<Number> *>(about);
  Number value = range.standard;
  if (setting) {
    Given given = 0;
    if (const auto *exact = std::get_if<Given>(&*setting))
      given = *exact;
    else if (const auto *whole = std::get_if<long long>(&*setting))
      given = static_cast<Given>(*whole); // for a variable that takes any number
    else
      return refuse(name, type);
    const bool is_limited = range.max > range.min;
    const bool is_negative =
        given < 0 && std::numeric_limits<Number>::is_integer && !std::numeric_limits<Number>::is_signed;
    value = static_cast<Number>(given);
    if (is_negative || static_cast<Given>(value) != given ||
        (is_limited && (value < range.min || value > range.max)))
      return refuse(name, std::string(type) + " from " + std::to_string(range.min) + " to " +
                              std::to_string(range.max));
  }
  *static_cast<Number *>(place) = value;
  return true;
}

// -1: there is no such name.
int index_of(const Names &names, const std::string &name) {
  for (size_t i = 0; i < names.count && i < 64; i++)
    if (names.names[i] && name == names.names[i]) return static_cast<int>(i);
  return -1;
}

std::string list_of(const Names &names) {
  std::string list;
  for (size_t i = 0; i < names.count && i < 64; i++)
    list += (i > 0 ? ", " : "") + std::string(names.names[i] ? names.names[i] : "");
  return list;
}

bool put_choice(const std::string &name, const std::optional<Setting> &setting, const Choice &choice,
                void *place, bool is_set) {
  unsigned long value = choice.standard;
  if (setting) {
    if (!choice.names) return refuse(name, "left out: it has no names");
    const auto *one = std::get_if<std::string>(&*setting);
    const auto *several = std::get_if<std::vector<std::string>>(&*setting);
    const std::string expected = (is_set ? "a list of " : "one of ") + list_of(*choice.names);
    if (is_set ? !several : !one) return refuse(name, expected);
    value = 0;
    for (const std::string &item : is_set ? *several : std::vector<std::string>{*one}) {
      const int index = index_of(*choice.names, item);
      if (index < 0) return refuse(name, expected);
      value = is_set ? value | 1ul << index : static_cast<unsigned long>(index);
    }
  }
  *static_cast<unsigned long *>(place) = value;
  return true;
}

bool put(Library &library, const std::string &name, int32_t flags, const void *about, void *place) {
  const std::optional<Setting> setting = take(library, name);
  const bool unsigned_ = flags & is_unsigned;
  switch (flags & type_mask) {
  case type_boolean: {
    const bool *given = setting ? std::get_if<bool>(&*setting) : nullptr;
    if (setting && !given) return refuse(name, "a boolean");
    *static_cast<bool *>(place) = given ? *given : *static_cast<const bool *>(about);
    return true;
  }
  case type_int:
    return unsigned_ ? put_number<unsigned, long long>(name, setting, about, place, "an integer")
                     : put_number<int, long long>(name, setting, about, place, "an integer");
  case type_long:
    return unsigned_ ? put_number<unsigned long, long long>(name, setting, about, place, "an integer")
                     : put_number<long, long long>(name, setting, about, place, "an integer");
  case type_longlong:
    return unsigned_ ? put_number<unsigned long long, long long>(name, setting, about, place, "an integer")
                     : put_number<long long, long long>(name, setting, about, place, "an integer");
  case type_double:
    return put_number<double, double>(name, setting, about, place, "a number");
  case type_text: {
    const std::string *given = setting ? std::get_if<std::string>(&*setting) : nullptr;
    if (setting && !given) return refuse(name, "a text");
    const char *standard = *static_cast<const char *const *>(about);
    if (!given && !standard) {
      *static_cast<char **>(place) = nullptr;
      return true;
    }
    library.texts.push_back(given ? *given : standard);
    *static_cast<char **>(place) = library.texts.back().data();
    return true;
  }
  case type_choice:
  case type_set:
    return put_choice(name, setting, *static_cast<const Choice *>(about), place,
                      (flags & type_mask) == type_set);
  }
  return refuse(name, "of a type that this host knows");
}

Variable *find(Library &library, const char *component, const char *name) {
  for (Variable &variable : library.variables)
    if (component && name && variable.component == component && variable.name == name) return &variable;
  return nullptr;
}

int register_variable(const char *component, const char *name, int flags, const char *, void *, void *,
                      const void *about, void *place) {
  Library *library = Calling::library();
  if (!library || !component || !name || !about || !place || find(*library, component, name)) return 1;
  // Its place is one of a session's, which there is none of.
  if (flags & per_session) {
    report(severity_error, std::string(name) + " belongs to a session of a server");
    return 1;
  }
  if (!put(*library, name, flags, about, place)) return 1;
  const int32_t type = flags & type_mask;
  const Names *names =
      type == type_choice || type == type_set ? static_cast<const Choice *>(about)->names : nullptr;
  library->variables.push_back({component, name, flags, place, names});
  return 0;
}

std::string shown(const Variable &variable) {
  const bool unsigned_ = variable.flags & is_unsigned;
  switch (variable.flags & type_mask) {
  case type_boolean:
    return *static_cast<const bool *>(variable.place) ? "ON" : "OFF";
  case type_int:
    return unsigned_ ? std::to_string(*static_cast<const unsigned *>(variable.place))
                     : std::to_string(*static_cast<const int *>(variable.place));
  case type_long:
  case type_longlong:
    return unsigned_ ? std::to_string(*static_cast<const unsigned long long *>(variable.place))
                     : std::to_string(*static_cast<const long long *>(variable.place));
  case type_double:
    return std::to_string(*static_cast<const double *>(variable.place));
  case type_text: {
    const char *text = *static_cast<const char *const *>(variable.place);
    return text ? text : "";
  }
  }
  const unsigned long value = *static_cast<const unsigned long *>(variable.place);
  std::string list;
  const bool is_set = (variable.flags & type_mask) == type_set;
  for (size_t i = 0; variable.names && i < variable.names->count && i < 64; i++)
    if (is_set ? value >> i & 1 : value == i)
      list += (list.empty() ? "" : ",") + std::string(variable.names->names[i]);
  return list;
}

// The text of a component's own; those of a server there are none.
int get_variable(const char *component, const char *name, void **value, size_t *size) {
  Library *library = Calling::library();
  const Variable *variable = library ? find(*library, component, name) : nullptr;
  if (!variable || !value || !*value || !size) return 1;
  const std::string text = shown(*variable);
  const size_t room = *size;
  *size = text.size();
  if (text.size() + 1 > room) {
    *size = text.size() + 1;
    return 1;
  }
  memcpy(*value, text.c_str(), text.size() + 1);
  return 0;
}

int unregister_variable(const char *component, const char *name) {
  Library *library = Calling::library();
  const Variable *variable = library ? find(*library, component, name) : nullptr;
  if (!variable) return 1;
  library->variables.erase(library->variables.begin() + (variable - library->variables.data()));
  return 0;
}

} // namespace

const void *const variable_table[] = {entry(register_variable), entry(get_variable)};
const void *const variable_removal_table[] = {entry(unregister_variable)};

} // namespace mortise::mysql
