// MySQL's components for JavaScript: opened, linked, started, called, stopped.
#include "node/bindings.h"
#include "node/values.h"
#include "mysql/library.h"
#include "mysql/services.h"
#include "engines/doing.h"

#include <cmath>

namespace mortise {
namespace {

using namespace mysql;

Library &library_of(const Napi::CallbackInfo &info) {
  return js::handle<Library>(info[0]);
}

void stop_library(void *library) {
  static_cast<Library *>(library)->stop();
}

// mysqlServices(): their names, without those of the registry.
Napi::Value list_services(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, std::vector<Service>(services, services + service_count),
                     [env](const Service &service) { return js::to_text(env, service.name); });
}

Setting to_setting(const Napi::Value &value) {
  if (value.IsBoolean()) return js::flag(value);
  if (value.IsBigInt()) {
    bool lossless = false;
    return static_cast<long long>(value.As<Napi::BigInt>().Int64Value(&lossless));
  }
  if (value.IsNumber()) {
    const double number = value.As<Napi::Number>().DoubleValue();
    if (std::floor(number) == number && std::fabs(number) <= 9007199254740991.0)
      return static_cast<long long>(number);
    return number;
  }
  if (!value.IsArray()) return js::text(value);
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<std::string> list;
  for (uint32_t i = 0; i < array.Length(); i++)
    list.push_back(js::text(array.Get(i)));
  return list;
}

// mysqlOpen(plugin, list_components, settings: { name: value }): a handle; or null: there are too many hosts with
// components. `plugin` keeps what is linked. list_components is called.
Napi::Value open(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Plugin &plugin = js::handle<Plugin>(info[0]);
  using List = const Component *(*)();
  const List list = js::address<List>(info[1]);
  if (!list) throw Napi::TypeError::New(env, "mortise: list_components has no address");
  Registry *registry = Registry::join(plugin.owner);
  if (!registry) return env.Null();
  const Component *component = nullptr;
  {
    const Within within(plugin, "list_components");
    component = list();
  }
  if (!component) {
    registry->leave();
    throw Napi::TypeError::New(env, "mortise: list_components returned null");
  }
  Library *library = new Library(plugin, *registry, *component);
  const Napi::Object settings = info[2].As<Napi::Object>();
  const Napi::Array names = settings.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); i++) {
    const std::string name = js::text(names.Get(i));
    library->settings.emplace(name, to_setting(settings.Get(name)));
  }
  // Runs before the hook of the host, which was added earlier and takes the cells back.
  napi_add_env_cleanup_hook(env, stop_library, library);
  return js::to_handle(env, library);
}

Napi::Value to_names(Napi::Env env, const std::vector<std::string> &names) {
  return js::to_list(env, names, [env](const std::string &name) { return js::to_text(env, name); });
}

// mysqlLink(library): the names that it can't have; empty when it is linked.
Napi::Value link(const Napi::CallbackInfo &info) {
  return to_names(info.Env(), library_of(info).link());
}

Napi::Value to_messages(Napi::Env env, const std::vector<Message> &messages) {
  return js::to_list(env, messages, [env](const Message &message) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("severity", js::to_number(env, message.severity));
    entry.Set("text", message.text);
    return entry;
  });
}

// Those that stand in no answer.
void log_all(Library &library, const Calling &call) {
  for (const Message &message : call.messages)
    library.log(message.severity, message.text);
}

// mysqlInit(library): { status, messages, unused: the settings that no variable took }.
Napi::Value init(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = library_of(info);
  Calling call(library);
  const Within within(library.plugin, "init");
  const int status = library.init();
  if (status == 0) log_all(library, call);
  Napi::Object result = Napi::Object::New(env);
  result.Set("status", js::to_number(env, status));
  result.Set("messages", to_messages(env, call.messages));
  std::vector<std::string> unused;
  for (const auto &setting : library.settings)
    unused.push_back(setting.first);
  result.Set("unused", to_names(env, unused));
  std::vector<std::string> variables;
  for (const Variable &variable : library.variables)
    variables.push_back(variable.name);
  result.Set("variables", to_names(env, variables));
  return result;
}

// mysqlUsers(library): the plugins that use what it provides.
Napi::Value users(const Napi::CallbackInfo &info) {
  const Library &library = library_of(info);
  return to_names(info.Env(), library.registry.users_of(library));
}

// mysqlStop(library): deinit of what started; safe to repeat.
void stop(const Napi::CallbackInfo &info) {
  Library &library = library_of(info);
  {
    const Within within(library.plugin, "deinit");
    library.stop();
  }
  napi_remove_env_cleanup_hook(info.Env(), stop_library, &library);
}

// mysqlFunctions(library): [{ name, kind, isAggregate }].
Napi::Value list_functions(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = library_of(info);
  return js::to_list(env, library.registry.functions.of(library), [env](const Function &function) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", function.name);
    entry.Set("kind", js::to_number(env, function.kind));
    entry.Set("isAggregate", Napi::Boolean::New(env, function.add != nullptr));
    return entry;
  });
}

// A null has the type of a text, unless its column has another.
mysql::Value to_value(const Napi::Value &given) {
  mysql::Value value;
  value.is_null = given.IsNull();
  if (given.IsBigInt()) {
    bool lossless = false;
    value.kind = kind_integer;
    value.integer = static_cast<long long>(given.As<Napi::BigInt>().Int64Value(&lossless));
  } else if (given.IsNumber()) {
    value.kind = kind_real;
    value.real = given.As<Napi::Number>().DoubleValue();
  } else if (given.IsBuffer()) {
    const auto bytes = given.As<Napi::Buffer<char>>();
    value.is_binary = true;
    value.text.assign(bytes.Data() ? bytes.Data() : "", bytes.Length());
  } else if (given.IsString()) {
    value.text = js::text(given);
  }
  return value;
}

Attributes to_attributes(const Napi::Value &given) {
  Attributes attributes;
  if (!given.IsArray()) return attributes;
  const Napi::Array pairs = given.As<Napi::Array>();
  for (uint32_t i = 0; i < pairs.Length(); i++) {
    const Napi::Array pair = pairs.Get(i).As<Napi::Array>();
    const Napi::Value value = pair.Get(1u);
    attributes.emplace_back(js::text(pair.Get(0u)),
                            value.IsNull() ? std::nullopt : std::optional<std::string>(js::text(value)));
  }
  return attributes;
}

Napi::Value to_result(Napi::Env env, const mysql::Value &value) {
  if (value.is_null) return env.Null();
  if (value.kind == kind_real) return js::to_number(env, value.real);
  if (value.kind == kind_integer) return Napi::BigInt::New(env, static_cast<int64_t>(value.integer));
  return Napi::Buffer<char>::Copy(env, value.text.data(), value.text.size());
}

// mysqlCall(library, name, rows: [[null, string, Buffer, bigint or number]], attributes: [[name, value]]):
// { outcome, message, messages, value?, charset }. The rows have one length and types by column; there is one at least.
Napi::Value call_function(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = library_of(info);
  const Napi::Array given = info[2].As<Napi::Array>();
  std::vector<std::vector<mysql::Value>> rows(given.Length());
  for (uint32_t i = 0; i < given.Length(); i++) {
    const Napi::HandleScope scope(env);
    const Napi::Array row = given.Get(i).As<Napi::Array>();
    for (uint32_t j = 0; j < row.Length(); j++)
      rows[i].push_back(to_value(row.Get(j)));
  }
  const Attributes attributes = to_attributes(info[3]);
  Calling calling(library);
  calling.attributes = &attributes;
  const Functions::Use use(library.registry.functions, library, js::text(info[1]));
  Napi::Object result = Napi::Object::New(env);
  const Function *function = use.function();
  if (!function) {
    result.Set("outcome", "absent");
    return result;
  }
  Call call;
  if (!rows.empty()) call.columns = rows.front();
  for (size_t column = 0; column < call.columns.size(); column++) {
    // The first that isn't null gives the type.
    for (const auto &row : rows) {
      if (row[column].is_null) continue;
      call.columns[column].kind = row[column].kind;
      call.columns[column].is_binary = row[column].is_binary;
      break;
    }
    for (auto &row : rows)
      row[column].kind = call.columns[column].kind;
  }
  const Within within(library.plugin, "a function");
  static const char *const outcomes[] = {"done", "refused", "failed", "bad", "memory"};
  result.Set("outcome", outcomes[static_cast<int>(call.run(*function, std::move(rows)))]);
  result.Set("message", call.message);
  result.Set("messages", to_messages(env, calling.messages));
  result.Set("charset", call.charset);
  result.Set("value", to_result(env, call.result));
  return result;
}

} // namespace

void define_mysql(Napi::Object exports) {
  js::define<list_services>(exports, "mysqlServices");
  js::define<open>(exports, "mysqlOpen");
  js::define<link>(exports, "mysqlLink");
  js::define<init>(exports, "mysqlInit");
  js::define<users>(exports, "mysqlUsers");
  js::define<stop>(exports, "mysqlStop");
  js::define<list_functions>(exports, "mysqlFunctions");
  js::define<call_function>(exports, "mysqlCall");
}

} // namespace mortise
