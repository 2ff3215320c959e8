// MariaDB plugins for JavaScript: opened, linked, configured, started, called, stopped.
#include "node/bindings.h"
#include "node/mariadb_services.h"
#include "node/mariadb_sql_server.h"
#include "node/mariadb_values.h"
#include "node/values.h"
#include "mariadb/mariadb.h"
#include "engines/doing.h"

#include <chrono>
#include <cstring>
#include <thread>

namespace mortise {
namespace {

using namespace mariadb;

// What a handle of this file points to.
Library &library_of(const Napi::CallbackInfo &info) {
  return js::handle<Library>(info[0]);
}

// With JavaScript: what runs on threads of its own gets no packets any more, and needs a moment to end. What doesn't end
// goes on with a library that isn't stopped.
void stop_library(void *data) {
  Library &library = *static_cast<Library *>(data);
  library.sql->hang_up();
  library.sql->serve(Napi::Value(), Napi::Value());
  if (library.plugin.abandoned) return;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (library.running > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (library.running == 0) library.stop();
}

// mariadbOpen(plugin, declarations): a handle. `plugin` keeps the cells; the declarations lie at an address.
Napi::Value open(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Plugin &plugin = js::handle<Plugin>(info[0]);
  const Declaration *declarations = js::address<const Declaration *>(info[1]);
  if (!declarations) throw Napi::TypeError::New(env, "mortise: the declarations have no address");
  Library *library = new Library(plugin, declarations);
  library->sql = std::make_shared<SqlServer>(env);
  // Runs before the hook of the host, which was added earlier and takes the cells back.
  napi_add_env_cleanup_hook(env, stop_library, library);
  return js::to_handle(env, library);
}

// mariadbLink(library, cell, service, version): "linked", "absent", or "occupied" (the cell doesn't hold the
// version that the file says).
Napi::Value link(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = library_of(info);
  const void **cell = js::address<const void **>(info[1]);
  if (!cell) throw Napi::TypeError::New(env, "mortise: the cell has no address");
  const uint32_t version = static_cast<uint32_t>(js::number(info[3]));
  const Service *service = find_service(js::text(info[2]), version);
  if (*cell != reinterpret_cast<const void *>(static_cast<uintptr_t>(version)))
    return js::to_text(env, "occupied");
  if (!service) return js::to_text(env, "absent");
  if (!service->table) library.provider_service = service->name;
  library.plugin.fill(cell, service->table ? service->table : &library.provider);
  return js::to_text(env, "linked");
}

// mariadbServices(): [{ name, version }].
Napi::Value list_services(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, std::vector<Service>(services, services + service_count),
                     [env](const Service &service) {
                       Napi::Object entry = Napi::Object::New(env);
                       entry.Set("name", service.name);
                       entry.Set("version", js::to_number(env, service.version));
                       return entry;
                     });
}

Napi::Value to_integer(Napi::Env env, int64_t number, bool is_unsigned) {
  return is_unsigned ? Napi::BigInt::New(env, static_cast<uint64_t>(number)) : Napi::BigInt::New(env, number);
}

Napi::Value to_text_or_null(Napi::Env env, const char *text) {
  return text ? js::to_text(env, text) : env.Null();
}

void describe(Napi::Env env, const Variable &variable, Napi::Object entry) {
  const bool is_unsigned_ = variable.flags & is_unsigned;
  const auto range = [&](int64_t standard, int64_t min, int64_t max, int64_t block) {
    entry.Set("standard", to_integer(env, standard, is_unsigned_));
    entry.Set("min", to_integer(env, min, is_unsigned_));
    entry.Set("max", to_integer(env, max, is_unsigned_));
    entry.Set("block", to_integer(env, block, false));
  };
  switch (variable.flags & type_mask) {
  case type_boolean:
    entry.Set("standard", Napi::Boolean::New(env, variable.as_boolean != 0));
    break;
  case type_int: {
    const auto &is = variable.as_int;
    if (is_unsigned_)
      range(static_cast<uint32_t>(is.standard), static_cast<uint32_t>(is.min), static_cast<uint32_t>(is.max),
            is.block);
    else
      range(is.standard, is.min, is.max, is.block);
    break;
  }
  case type_long:
  case type_longlong: {
    const auto &is = variable.as_long;
    range(is.standard, is.min, is.max, is.block);
    break;
  }
  case type_double:
    entry.Set("standard", js::to_number(env, variable.as_double.standard));
    entry.Set("min", js::to_number(env, variable.as_double.min));
    entry.Set("max", js::to_number(env, variable.as_double.max));
    break;
  case type_text:
    entry.Set("standard", to_text_or_null(env, variable.as_text.standard));
    break;
  case type_choice:
  case type_set: {
    const Names *names = variable.as_choice.names;
    std::vector<const char *> list;
    for (uint32_t i = 0; names && i < names->count && i < 64; i++)
      list.push_back(names->names[i]);
    entry.Set("standard", to_integer(env, static_cast<int64_t>(variable.as_choice.standard), true));
    entry.Set("names",
              js::to_list(env, list, [env](const char *name) { return to_text_or_null(env, name); }));
    break;
  }
  }
}

Napi::Value describe(Napi::Env env, const Variable &variable) {
  Napi::Object entry = Napi::Object::New(env);
  entry.Set("name", to_text_or_null(env, variable.name));
  entry.Set("comment", to_text_or_null(env, variable.comment));
  entry.Set("type", js::to_number(env, variable.flags & type_mask));
  entry.Set("perSession", Napi::Boolean::New(env, (variable.flags & per_session) != 0));
  entry.Set("address", js::to_address(env, &variable));
  // A session's variable has an offset where others have their value; nothing of it is read.
  if (!(variable.flags & per_session)) describe(env, variable, entry);
  return entry;
}

// mariadbDeclarations(library): [{ type, name, interface, variables }].
Napi::Value list_declarations(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, library_of(info).declarations, [env](const Declaration *declaration) {
    std::vector<const Variable *> variables;
    for (Variable **at = declaration->variables; at && *at && variables.size() < 1024; at++)
      variables.push_back(*at);
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("type", js::to_number(env, declaration->type));
    entry.Set("name", to_text_or_null(env, declaration->name));
    entry.Set("variables", js::to_list(env, variables,
                                       [env](const Variable *variable) { return describe(env, *variable); }));
    return entry;
  });
}

// mariadbAssign(library, variable, value): sets what the plugin reads. The value was checked against the
// variable's type: a boolean, a bigint, a number for a double, a string or null.
void assign(const Napi::CallbackInfo &info) {
  Library &library = library_of(info);
  const Variable *variable = js::address<const Variable *>(info[1]);
  if (!variable || !variable->value || (variable->flags & per_session)) return;
  const Napi::Value value = info[2];
  const auto integer = [&] {
    bool lossless = false; // a negative one wraps, as it should
    return static_cast<int64_t>(value.As<Napi::BigInt>().Uint64Value(&lossless));
  };
  switch (variable->flags & type_mask) {
  case type_boolean:
    *static_cast<int8_t *>(variable->value) = js::flag(value);
    break;
  case type_int:
    *static_cast<int32_t *>(variable->value) = static_cast<int32_t>(integer());
    break;
  case type_long:
  case type_longlong:
  case type_choice:
  case type_set:
    *static_cast<int64_t *>(variable->value) = integer();
    break;
  case type_double:
    *static_cast<double *>(variable->value) = value.As<Napi::Number>().DoubleValue();
    break;
  case type_text:
    if (value.IsString()) {
      library.texts.push_back(js::text(value));
      *static_cast<char **>(variable->value) = library.texts.back().data();
    } else
      *static_cast<char **>(variable->value) = nullptr;
    break;
  }
}

// Who succeeds, or only notes something, says it to the log; else it belongs to the answer.
void log_asides(Library &library, const Calling &call, bool succeeded) {
  for (const Message &message : call.messages)
    if (succeeded || message.is_note()) library.log(message.severity(), message.text);
}

// { status, messages }.
Napi::Object outcome(Napi::Env env, const Calling &call, double status) {
  return js::outcome(env, call.messages, status);
}

// mariadbInit(library, index): { status, messages }.
Napi::Value init(const Napi::CallbackInfo &info) {
  Library &library = library_of(info);
  const uint32_t index = js::mariadb_index(info);
  Calling call(library);
  const Within within(library.plugin, "init");
  const int32_t status = library.init(index);
  log_asides(library, call, status == 0);
  return outcome(info.Env(), call, status);
}

// mariadbStop(library): deinit of what init started, last first; safe to repeat.
void stop(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = library_of(info);
  {
    const Within within(library.plugin, "deinit");
    library.stop();
  }
  napi_remove_env_cleanup_hook(env, stop_library, &library);
  library.sql->serve(env.Undefined(), env.Undefined());
}

std::string member_text(const Napi::Object &object, const char *name) {
  return js::text(object.Get(name));
}

uint64_t member_count(const Napi::Object &object, const char *name) {
  return static_cast<uint64_t>(object.Get(name).As<Napi::Number>().Int64Value());
}

// mariadbNotify(library, index, { kind, code, thread, user, command, query, time, rows, id, database }): { status: 0, or
// 1 when the plugin wants no such events, messages }.
Napi::Value notify(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = library_of(info);
  const Audit &audit = js::mariadb_info<Audit>(info);
  Calling call(library);
  if (!audit.notify || !(audit.classes & 1ul << class_general)) return outcome(env, call, 1);
  const Napi::Object given = info[2].As<Napi::Object>();
  const std::string user = member_text(given, "user"), command = member_text(given, "command"),
                    query = member_text(given, "query"), database = member_text(given, "database");
  GeneralEvent event = {};
  event.kind = static_cast<uint32_t>(member_count(given, "kind"));
  event.error_code = static_cast<int32_t>(member_count(given, "code"));
  event.thread_id = static_cast<unsigned long>(member_count(given, "thread"));
  event.user = user.c_str();
  event.user_size = static_cast<uint32_t>(user.size());
  event.command = command.c_str();
  event.command_size = static_cast<uint32_t>(command.size());
  event.query = query.c_str();
  event.query_size = static_cast<uint32_t>(query.size());
  event.time = member_count(given, "time");
  event.rows = member_count(given, "rows");
  event.query_id = member_count(given, "id");
  event.database = database.empty() ? nullptr : database.c_str();
  event.database_size = database.size();
  {
    const Within within(library.plugin, "event_notify");
    audit.notify(nullptr, class_general, &event);
    if (audit.release) audit.release(nullptr);
  }
  log_asides(library, call, true);
  return outcome(env, call, 0);
}

// mariadbCrypts(library, index): whether it encrypts itself, rather than leaving that to its server.
Napi::Value crypts(const Napi::CallbackInfo &info) {
  const EncryptionKeys &keys = js::mariadb_info<EncryptionKeys>(info);
  return Napi::Boolean::New(info.Env(), keys.context_size && keys.begin && keys.update && keys.finish);
}

// mariadbServeSql(library, function, later): they answer statements from now on; nobody does when they are no functions.
void serve_sql(const Napi::CallbackInfo &info) {
  library_of(info).sql->serve(info[1], info[2]);
}

} // namespace

void define_mariadb(Napi::Object exports) {
  js::define<list_services>(exports, "mariadbServices");
  js::define<open>(exports, "mariadbOpen");
  js::define<link>(exports, "mariadbLink");
  js::define<list_declarations>(exports, "mariadbDeclarations");
  js::define<assign>(exports, "mariadbAssign");
  js::define<init>(exports, "mariadbInit");
  js::define<stop>(exports, "mariadbStop");
  js::define<notify>(exports, "mariadbNotify");
  js::define<crypts>(exports, "mariadbCrypts");
  js::define<serve_sql>(exports, "mariadbServeSql");
}

} // namespace mortise
