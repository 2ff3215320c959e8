// Hosts and plugins for JavaScript: made, linked, registered, initialised, stopped.
#include "bindings.h"
#include "js.h"
#include "plugin.h"

#include <mutex>

namespace mortise {
namespace {

// A Host, and the way to wake the JavaScript that empties its log.
struct BoundHost : Host {
  using Host::Host;

  std::mutex waker_mutex;
  napi_threadsafe_function waker = nullptr;

  void call_waker() {
    std::lock_guard<std::mutex> lock(waker_mutex);
    if (waker) napi_call_threadsafe_function(waker, nullptr, napi_tsfn_nonblocking);
  }

  // Also runs when a worker is terminated and no JavaScript can run any more.
  void close() {
    while (!plugins.empty())
      plugins.back()->stop();
    std::lock_guard<std::mutex> lock(waker_mutex);
    waker = nullptr;
  }
};

void close_host(void *host) {
  static_cast<BoundHost *>(host)->close();
}

// createHost(version, onLog): a handle. `onLog` is called, without arguments, when there are lines to drain.
napi_value create_host(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  BoundHost *host = new BoundHost(js::to_string(env, arguments[0]));
  napi_create_threadsafe_function(env, arguments[1], nullptr, js::from_string(env, "mortise.log"), 1, 1,
                                  nullptr, nullptr, nullptr, nullptr, &host->waker);
  napi_unref_threadsafe_function(env, host->waker); // a log doesn't keep the process alive
  host->log.wake = [host] { host->call_waker(); };
  // After the function above, so that it runs before the function is torn down.
  napi_add_env_cleanup_hook(env, close_host, host);
  return js::from_external(env, host);
}

// setLogSeverity(host, severity): lines below it are not kept.
napi_value set_log_severity(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  int32_t severity = 0;
  if (host && napi_get_value_int32(env, arguments[1], &severity) == napi_ok)
    host->log.lowest_severity = severity;
  return nullptr;
}

// drainLog(host): { lines: [{ plugin, severity, milliseconds, text }], dropped }.
napi_value drain_log(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  uint64_t dropped = 0;
  const std::vector<LogLine> lines = host->log.drain(dropped);
  napi_value result;
  napi_create_object(env, &result);
  js::set(env, result, "lines", js::to_array(env, lines, [env](const LogLine &line) {
            napi_value entry;
            napi_create_object(env, &entry);
            js::set(env, entry, "plugin", js::from_string(env, line.plugin->name));
            js::set(env, entry, "severity", js::from_number(env, line.severity));
            js::set(env, entry, "milliseconds", js::from_number(env, static_cast<double>(line.milliseconds)));
            js::set(env, entry, "text", js::from_string(env, line.text));
            return entry;
          }));
  js::set(env, result, "dropped", js::from_number(env, static_cast<double>(dropped)));
  return result;
}

// provideService(host, name, version, table): the host's own service, at an address that stays valid until the
// process ends. A problem as text, or "".
napi_value provide_service(napi_env env, napi_callback_info info) {
  const js::Arguments<4> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  uint32_t version = 0;
  napi_get_value_uint32(env, arguments[2], &version);
  const void *table = js::to_address<const void *>(env, arguments[3]);
  return js::from_string(env, host->services.add(nullptr, js::to_string(env, arguments[1]), version, table));
}

// listServices(host): [{ name, major, minor, table: address, provider: name or null, users: [names] }].
napi_value list_services(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  return js::to_array(env, host->services.list(), [env](const ServiceRegistry::Service &service) {
    napi_value entry, provider;
    napi_create_object(env, &entry);
    napi_get_null(env, &provider);
    if (service.provider) provider = js::from_string(env, service.provider->name);
    js::set(env, entry, "name", js::from_string(env, service.name));
    js::set(env, entry, "major", js::from_number(env, service.version >> 16));
    js::set(env, entry, "minor", js::from_number(env, service.version & 0xffff));
    napi_value table;
    napi_create_bigint_uint64(env, reinterpret_cast<uintptr_t>(service.table), &table);
    js::set(env, entry, "table", table);
    js::set(env, entry, "provider", provider);
    js::set(env, entry, "users", js::to_array(env, service.leases, [env](const auto &lease) {
              return js::from_string(env, lease.first->name);
            }));
    return entry;
  });
}

// Depth is bounded so that a tree that contains itself ends as an error.
bool to_config(napi_env env, napi_value value, ConfigNode &node, int depth) {
  bool is_array = false;
  napi_is_array(env, value, &is_array);
  switch (js::type_of(env, value)) {
  case napi_boolean: {
    bool boolean = false;
    napi_get_value_bool(env, value, &boolean);
    node.type = MORTISE_VALUE_BOOLEAN;
    node.boolean = boolean;
    return true;
  }
  case napi_number: {
    napi_get_value_double(env, value, &node.number);
    // 2^53: above it a JavaScript number doesn't tell neighbouring integers apart.
    const bool whole = node.number >= -9007199254740992.0 && node.number <= 9007199254740992.0 &&
                       static_cast<double>(static_cast<int64_t>(node.number)) == node.number;
    node.type = whole ? MORTISE_VALUE_INTEGER : MORTISE_VALUE_DOUBLE;
    if (whole) node.integer = static_cast<int64_t>(node.number);
    return true;
  }
  case napi_bigint: {
    bool lossless = false;
    napi_get_value_bigint_int64(env, value, &node.integer, &lossless);
    node.type = MORTISE_VALUE_INTEGER;
    return lossless;
  }
  case napi_string:
    node.type = MORTISE_VALUE_TEXT;
    node.text = js::to_string(env, value);
    return true;
  case napi_object: {
    if (depth == 0) return false;
    bool fits = true;
    if (is_array) {
      node.type = MORTISE_VALUE_LIST;
      js::each(env, value, [&](uint32_t, napi_value item) {
        node.children.emplace_back();
        fits = to_config(env, item, node.children.back().second, depth - 1) && fits;
      });
      return fits;
    }
    node.type = MORTISE_VALUE_TABLE;
    napi_value keys;
    napi_get_all_property_names(env, value, napi_key_own_only, napi_key_enumerable,
                                napi_key_numbers_to_strings, &keys);
    js::each(env, keys, [&](uint32_t, napi_value key) {
      napi_value item;
      if (napi_get_property(env, value, key, &item) != napi_ok) return;
      node.children.emplace_back(js::to_string(env, key), ConfigNode());
      fits = to_config(env, item, node.children.back().second, depth - 1) && fits;
    });
    return fits;
  }
  default:
    return false;
  }
}

// createPlugin(host, { name, path, config, register, init, route, fini, moduleHost }): a handle. Entry points
// are addresses or undefined; moduleHost is the address of the plugin's pointer to its host table.
napi_value create_plugin(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  const napi_value options = arguments[1];
  ConfigNode config;
  if (!to_config(env, js::member(env, options, "config"), config, 64) || config.type != MORTISE_VALUE_TABLE) {
    napi_throw_type_error(
        env, nullptr,
        "mortise: a plugin's configuration holds booleans, numbers, 64-bit bigints, strings, "
        "arrays and plain objects, at most 64 deep");
    return nullptr;
  }
  EntryPoints entries;
  entries.register_ = js::to_address<decltype(entries.register_)>(env, js::member(env, options, "register"));
  entries.init = js::to_address<decltype(entries.init)>(env, js::member(env, options, "init"));
  entries.route = js::to_address<decltype(entries.route)>(env, js::member(env, options, "route"));
  entries.fini = js::to_address<decltype(entries.fini)>(env, js::member(env, options, "fini"));
  Plugin *plugin = new Plugin(*host, js::to_string(env, js::member(env, options, "name")),
                              js::to_string(env, js::member(env, options, "path")), entries, config);
  const void **place = js::to_address<const void **>(env, js::member(env, options, "moduleHost"));
  if (place) plugin->fill(place, &plugin->table);
  return js::from_external(env, plugin);
}

// linkCell(plugin, place, service, version): "linked", "absent" (no such service), or "occupied" (the cell
// doesn't hold the version that the file says).
napi_value link_cell(napi_env env, napi_callback_info info) {
  const js::Arguments<4> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  const void **place = js::to_address<const void **>(env, arguments[1]);
  uint32_t version = 0;
  napi_get_value_uint32(env, arguments[3], &version);
  if (place && *place != reinterpret_cast<const void *>(static_cast<uintptr_t>(version))) {
    return js::from_string(env, "occupied");
  }
  const void *table = plugin->owner.services.acquire(plugin, js::to_string(env, arguments[2]), version);
  if (place) plugin->fill(place, table);
  return js::from_string(env, table ? "linked" : "absent");
}

napi_value outcome(napi_env env, Plugin *plugin, int32_t status, const mortise_error &error) {
  napi_value result;
  napi_create_object(env, &result);
  js::set(env, result, "status", js::from_number(env, status));
  size_t length = 0;
  while (length < sizeof error.message && error.message[length])
    length++;
  js::set(env, result, "message", js::from_string(env, std::string(error.message, length)));
  js::set(env, result, "refusals",
          js::to_array(env, plugin->config.refusals(), [env](const Config::Refusal &refusal) {
            napi_value entry;
            napi_create_object(env, &entry);
            js::set(env, entry, "path", js::from_string(env, refusal.path));
            js::set(env, entry, "rule", js::from_string(env, refusal.rule));
            return entry;
          }));
  js::set(env, result, "unused", js::to_array(env, plugin->config.unused(), [env](const std::string &path) {
            return js::from_string(env, path);
          }));
  return result;
}

using Step = int32_t (Plugin::*)(mortise_error &);

// registerPlugin(plugin), initPlugin(plugin): { status, message, refusals: [{ path, rule }], unused: [paths] }.
template <Step step> napi_value run(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  mortise_error error = {};
  error.size = sizeof error;
  const int32_t status = (plugin->*step)(error);
  return outcome(env, plugin, status, error);
}

// stopPlugin(plugin): runs its fini if its init succeeded; safe to repeat.
napi_value stop_plugin(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (plugin) plugin->stop();
  return nullptr;
}

} // namespace

void define_plugin(napi_env env, napi_value exports) {
  js::define(env, exports, "createHost", create_host);
  js::define(env, exports, "setLogSeverity", set_log_severity);
  js::define(env, exports, "drainLog", drain_log);
  js::define(env, exports, "provideService", provide_service);
  js::define(env, exports, "listServices", list_services);
  js::define(env, exports, "createPlugin", create_plugin);
  js::define(env, exports, "linkCell", link_cell);
  js::define(env, exports, "registerPlugin", run<&Plugin::run_register>);
  js::define(env, exports, "initPlugin", run<&Plugin::run_init>);
  js::define(env, exports, "stopPlugin", stop_plugin);
}

} // namespace mortise
