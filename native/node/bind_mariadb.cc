// MariaDB plugins for JavaScript: opened, linked, configured, started, called, stopped.
#include "node/bindings.h"
#include "node/js.h"
#include "mariadb/mariadb.h"
#include "mariadb/codec.h"

#include <cstring>
#include <memory>
#include <new>

namespace mortise {
namespace {

using namespace mariadb;

// What a handle of this file points to.
Library *library_of(napi_env env, napi_value value) {
  return js::to_external<Library>(env, value);
}

void stop_library(void *library) {
  static_cast<Library *>(library)->stop();
}

// mariadbOpen(plugin, declarations): a handle. `plugin` keeps the cells; the declarations lie at an address.
napi_value open(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  const Declaration *declarations = js::to_address<const Declaration *>(env, arguments[1]);
  if (!plugin || !declarations) return nullptr;
  Library *library = new Library(*plugin, declarations);
  library->env = env;
  // Runs before the hook of the host, which was added earlier and takes the cells back.
  napi_add_env_cleanup_hook(env, stop_library, library);
  return js::from_external(env, library);
}

// mariadbLink(library, cell, service, version): "linked", "absent", or "occupied" (the cell doesn't hold the
// version that the file says).
napi_value link(napi_env env, napi_callback_info info) {
  const js::Arguments<4> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  const void **cell = js::to_address<const void **>(env, arguments[1]);
  if (!library || !cell) return nullptr;
  const Service *service = find_service(js::to_string(env, arguments[2]));
  uint32_t version = 0;
  napi_get_value_uint32(env, arguments[3], &version);
  if (*cell != reinterpret_cast<const void *>(static_cast<uintptr_t>(version))) {
    return js::from_string(env, "occupied");
  }
  if (!service) return js::from_string(env, "absent");
  if (!service->table) library->provider_service = service->name;
  library->plugin.fill(cell, service->table ? service->table : &library->provider);
  return js::from_string(env, "linked");
}

// mariadbServices(): [{ name, version }].
napi_value list_services(napi_env env, napi_callback_info) {
  std::vector<Service> list(services, services + service_count);
  return js::to_array(env, list, [env](const Service &service) {
    napi_value entry = nullptr;
    napi_create_object(env, &entry);
    js::set(env, entry, "name", js::from_string(env, service.name));
    js::set(env, entry, "version", js::from_number(env, service.version));
    return entry;
  });
}

napi_value from_integer(napi_env env, int64_t number, bool is_unsigned) {
  napi_value value = nullptr;
  if (is_unsigned)
    napi_create_bigint_uint64(env, static_cast<uint64_t>(number), &value);
  else
    napi_create_bigint_int64(env, number, &value);
  return value;
}

napi_value from_text(napi_env env, const char *text) {
  napi_value null = nullptr;
  napi_get_null(env, &null);
  return text ? js::from_string(env, text) : null;
}

void describe(napi_env env, const Variable &variable, napi_value entry) {
  const uint32_t type = variable.flags & type_mask;
  const bool is_unsigned_ = variable.flags & is_unsigned;
  const auto range = [&](int64_t standard, int64_t min, int64_t max, int64_t block) {
    js::set(env, entry, "standard", from_integer(env, standard, is_unsigned_));
    js::set(env, entry, "min", from_integer(env, min, is_unsigned_));
    js::set(env, entry, "max", from_integer(env, max, is_unsigned_));
    js::set(env, entry, "block", from_integer(env, block, false));
  };
  switch (type) {
  case type_boolean: {
    napi_value standard = nullptr;
    napi_get_boolean(env, variable.as_boolean != 0, &standard);
    js::set(env, entry, "standard", standard);
    break;
  }
  case type_int: {
    const auto &is = variable.as_int;
    if (is_unsigned_) {
      range(static_cast<uint32_t>(is.standard), static_cast<uint32_t>(is.min), static_cast<uint32_t>(is.max),
            is.block);
    } else
      range(is.standard, is.min, is.max, is.block);
    break;
  }
  case type_long:
  case type_longlong: {
    const auto &is = variable.as_long;
    range(is.standard, is.min, is.max, is.block);
    break;
  }
  case type_double: {
    js::set(env, entry, "standard", js::from_number(env, variable.as_double.standard));
    js::set(env, entry, "min", js::from_number(env, variable.as_double.min));
    js::set(env, entry, "max", js::from_number(env, variable.as_double.max));
    break;
  }
  case type_text:
    js::set(env, entry, "standard", from_text(env, variable.as_text.standard));
    break;
  case type_choice:
  case type_set: {
    const Names *names = variable.as_choice.names;
    std::vector<const char *> list;
    for (uint32_t i = 0; names && i < names->count && i < 64; i++)
      list.push_back(names->names[i]);
    js::set(env, entry, "standard",
            from_integer(env, static_cast<int64_t>(variable.as_choice.standard), true));
    js::set(env, entry, "names",
            js::to_array(env, list, [env](const char *name) { return from_text(env, name); }));
    break;
  }
  }
}

napi_value describe(napi_env env, const Variable &variable) {
  napi_value entry = nullptr, session = nullptr;
  napi_create_object(env, &entry);
  js::set(env, entry, "name", from_text(env, variable.name));
  js::set(env, entry, "comment", from_text(env, variable.comment));
  js::set(env, entry, "type", js::from_number(env, variable.flags & type_mask));
  napi_get_boolean(env, (variable.flags & per_session) != 0, &session);
  js::set(env, entry, "perSession", session);
  js::set(env, entry, "address",
          from_integer(env, static_cast<int64_t>(reinterpret_cast<uintptr_t>(&variable)), true));
  // A session's variable has an offset where others have their value; nothing of it is read.
  if (!(variable.flags & per_session)) describe(env, variable, entry);
  return entry;
}

// mariadbDeclarations(library): [{ type, name, interface, variables }].
napi_value list_declarations(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  if (!library) return nullptr;
  return js::to_array(env, library->declarations, [env](const Declaration *declaration) {
    napi_value entry = nullptr;
    napi_create_object(env, &entry);
    js::set(env, entry, "type", js::from_number(env, declaration->type));
    js::set(env, entry, "name", from_text(env, declaration->name));
    std::vector<const Variable *> variables;
    for (Variable **at = declaration->variables; at && *at && variables.size() < 1024; at++)
      variables.push_back(*at);
    js::set(env, entry, "variables", js::to_array(env, variables, [env](const Variable *variable) {
              return describe(env, *variable);
            }));
    return entry;
  });
}

// mariadbAssign(library, variable, value): sets what the plugin reads. The value was checked against the
// variable's type: a boolean, a bigint, a number for a double, a string or null.
napi_value assign(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  const Variable *variable = js::to_address<const Variable *>(env, arguments[1]);
  if (!library || !variable || !variable->value || (variable->flags & per_session)) return nullptr;
  const napi_value value = arguments[2];
  int64_t integer = 0;
  if (js::type_of(env, value) == napi_bigint) {
    bool lossless = false;
    uint64_t bits = 0;
    napi_get_value_bigint_uint64(env, value, &bits, &lossless); // a negative one wraps, as it should
    integer = static_cast<int64_t>(bits);
  }
  switch (variable->flags & type_mask) {
  case type_boolean: {
    bool boolean = false;
    napi_get_value_bool(env, value, &boolean);
    *static_cast<int8_t *>(variable->value) = boolean;
    break;
  }
  case type_int:
    *static_cast<int32_t *>(variable->value) = static_cast<int32_t>(integer);
    break;
  case type_long:
  case type_longlong:
  case type_choice:
  case type_set:
    *static_cast<int64_t *>(variable->value) = integer;
    break;
  case type_double:
    napi_get_value_double(env, value, static_cast<double *>(variable->value));
    break;
  case type_text:
    if (js::type_of(env, value) == napi_string) {
      library->texts.push_back(js::to_string(env, value));
      *static_cast<char **>(variable->value) = library->texts.back().data();
    } else
      *static_cast<char **>(variable->value) = nullptr;
    break;
  }
  return nullptr;
}

// Who succeeds, or only notes something, says it to the log; else it belongs to the answer.
void log_asides(Library &library, const Calling &call, bool succeeded) {
  for (const Message &message : call.messages)
    if (succeeded || message.is_note()) library.log(message.severity(), message.text);
}

// { status, messages: [{ code, severity, text }] }.
napi_value outcome(napi_env env, const Calling &call, double status) {
  napi_value result = nullptr;
  napi_create_object(env, &result);
  js::set(env, result, "status", js::from_number(env, status));
  js::set(env, result, "messages", js::to_array(env, call.messages, [env](const Message &message) {
            napi_value entry = nullptr;
            napi_create_object(env, &entry);
            js::set(env, entry, "code", js::from_number(env, message.code));
            js::set(env, entry, "severity", js::from_number(env, message.severity()));
            js::set(env, entry, "text", js::from_string(env, message.text));
            return entry;
          }));
  return result;
}

const Declaration *declaration_at(napi_env env, Library *library, napi_value index, uint32_t &at) {
  if (!library || napi_get_value_uint32(env, index, &at) != napi_ok || at >= library->declarations.size()) {
    return nullptr;
  }
  return library->declarations[at];
}

// mariadbInit(library, index): { status, messages }.
napi_value init(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  uint32_t at = 0;
  if (!declaration_at(env, library, arguments[1], at)) return nullptr;
  Calling call(*library);
  const int32_t status = library->init(at);
  log_asides(*library, call, status == 0);
  return outcome(env, call, status);
}

// mariadbStop(library): deinit of what init started, last first; safe to repeat.
napi_value stop(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  if (!library) return nullptr;
  library->stop();
  napi_remove_env_cleanup_hook(env, stop_library, library);
  if (library->sql) napi_delete_reference(env, library->sql);
  library->sql = nullptr;
  return nullptr;
}

// mariadbValidate(library, index, user, password, host): { status, messages }; status 0 accepts.
napi_value validate(napi_env env, napi_callback_info info) {
  const js::Arguments<5> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  uint32_t at = 0;
  const Declaration *declaration = declaration_at(env, library, arguments[1], at);
  if (!declaration) return nullptr;
  const std::string texts[] = {js::to_string(env, arguments[2]), js::to_string(env, arguments[3]),
                               js::to_string(env, arguments[4])};
  const Text user = {texts[0].data(), texts[0].size()};
  const Text password = {texts[1].data(), texts[1].size()};
  const Text host = {texts[2].data(), texts[2].size()};
  Calling call(*library);
  const int32_t status =
      static_cast<const PasswordValidation *>(declaration->info)->validate(&user, &password, &host);
  return outcome(env, call, status);
}

// mariadbLatestKey(library, index, id): { status: its newest version, messages }.
napi_value latest_key(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  uint32_t at = 0, id = 0;
  const Declaration *declaration = declaration_at(env, library, arguments[1], at);
  if (!declaration || napi_get_value_uint32(env, arguments[2], &id) != napi_ok) return nullptr;
  Calling call(*library);
  const uint32_t version = static_cast<const EncryptionKeys *>(declaration->info)->latest_version(id);
  log_asides(*library, call, version != no_such_key);
  return outcome(env, call, version);
}

// Zeros that stay, though nobody reads them before the memory is freed.
void wipe(std::vector<uint8_t> &secret) {
  for (volatile uint8_t &byte : secret)
    byte = 0;
}

// More is not a key, and a plugin says how much it wants.
constexpr uint32_t max_key = 1u << 20;

// mariadbKey(library, index, id, version): { status, messages, bytes?: a Buffer, size: bytes of the key }.
napi_value key(napi_env env, napi_callback_info info) {
  const js::Arguments<4> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  uint32_t at = 0, id = 0, version = 0;
  const Declaration *declaration = declaration_at(env, library, arguments[1], at);
  if (!declaration || napi_get_value_uint32(env, arguments[2], &id) != napi_ok ||
      napi_get_value_uint32(env, arguments[3], &version) != napi_ok) {
    return nullptr;
  }
  const EncryptionKeys *keys = static_cast<const EncryptionKeys *>(declaration->info);
  std::vector<uint8_t> bytes(4096);
  uint32_t size = static_cast<uint32_t>(bytes.size());
  Calling call(*library);
  uint32_t status = keys->key(id, version, bytes.data(), &size);
  if (status == key_buffer_too_small && size > bytes.size() && size <= max_key) {
    wipe(bytes);
    bytes.assign(size, 0);
    call.messages.clear(); // of the attempt that was none of the caller's
    status = keys->key(id, version, bytes.data(), &size);
  }
  log_asides(*library, call, status == 0);
  const napi_value result = outcome(env, call, status);
  js::set(env, result, "size", js::from_number(env, size));
  napi_value copy = nullptr;
  if (status == 0 && size <= bytes.size() &&
      napi_create_buffer_copy(env, size, bytes.data(), nullptr, &copy) == napi_ok)
    js::set(env, result, "bytes", copy);
  wipe(bytes);
  return result;
}

// mariadbCompress(library, bytes), mariadbDecompress(library, bytes, size): { status, messages, bytes?: a Buffer }.
// Status 0: done; 1: the library refused the data; 2: its table is not filled; 3: no memory for what comes out.
template <bool decompress> napi_value code(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  void *data = nullptr;
  size_t size = 0;
  if (!library || napi_get_buffer_info(env, arguments[1], &data, &size) != napi_ok) return nullptr;
  Calling call(*library);
  const Codec *codec = find_codec(*library);
  if (!codec) return outcome(env, call, 2);
  // Libraries take no null, not for no bytes either.
  static const uint8_t none = 0;
  const uint8_t *from = size > 0 ? static_cast<const uint8_t *>(data) : &none;
  uint32_t max_written = 0;
  if (decompress) napi_get_value_uint32(env, arguments[2], &max_written);
  const size_t room = decompress ? max_written : codec->bound(library->provider, size);
  const std::unique_ptr<uint8_t[]> to(new (std::nothrow) uint8_t[room + 1]);
  if (!to) return outcome(env, call, 3);
  const auto run = decompress ? codec->decompress : codec->compress;
  size_t written = 0;
  const bool done = run(library->provider, from, size, to.get(), room, written) && written <= room;
  log_asides(*library, call, done);
  napi_value copy = nullptr;
  if (!done) return outcome(env, call, 1);
  if (napi_create_buffer_copy(env, written, to.get(), nullptr, &copy) != napi_ok)
    return outcome(env, call, 3);
  const napi_value result = outcome(env, call, 0);
  js::set(env, result, "bytes", copy);
  return result;
}

// mariadbServeSql(library, function): answers statements from now on.
napi_value serve_sql(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Library *library = library_of(env, arguments[0]);
  if (!library) return nullptr;
  if (library->sql) napi_delete_reference(env, library->sql);
  library->sql = nullptr;
  if (js::type_of(env, arguments[1]) == napi_function)
    napi_create_reference(env, arguments[1], 1, &library->sql);
  return nullptr;
}

} // namespace

void define_mariadb(napi_env env, napi_value exports) {
  js::define(env, exports, "mariadbServices", list_services);
  js::define(env, exports, "mariadbOpen", open);
  js::define(env, exports, "mariadbLink", link);
  js::define(env, exports, "mariadbDeclarations", list_declarations);
  js::define(env, exports, "mariadbAssign", assign);
  js::define(env, exports, "mariadbInit", init);
  js::define(env, exports, "mariadbStop", stop);
  js::define(env, exports, "mariadbValidate", validate);
  js::define(env, exports, "mariadbLatestKey", latest_key);
  js::define(env, exports, "mariadbKey", key);
  js::define(env, exports, "mariadbCompress", code<false>);
  js::define(env, exports, "mariadbDecompress", code<true>);
  js::define(env, exports, "mariadbServeSql", serve_sql);
}

} // namespace mortise
