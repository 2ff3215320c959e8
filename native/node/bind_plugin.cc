// Plugins for JavaScript: made, linked, registered, initialised, stopped.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "node/js.h"

namespace mortise {
namespace {

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
    napi_value keys = nullptr;
    napi_get_all_property_names(env, value, napi_key_own_only, napi_key_enumerable,
                                napi_key_numbers_to_strings, &keys);
    js::each(env, keys, [&](uint32_t, napi_value key) {
      napi_value item = nullptr;
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

// createPlugin(host, { name, path, config, register, init, route, fini, moduleHost, embedder, … }): a handle. Entry
// points are addresses or undefined; toolchain and exactToolchain are the file's; moduleHost is the address of the plugin's pointer to its host table; embedder
// is true for what stands for TypeScript itself.
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
  napi_get_value_bool(env, js::member(env, options, "embedder"), &plugin->is_embedder);
  napi_get_value_bool(env, js::member(env, options, "exactToolchain"), &plugin->exact_toolchain);
  plugin->toolchain = js::to_string(env, js::member(env, options, "toolchain"));
  const void **place = js::to_address<const void **>(env, js::member(env, options, "moduleHost"));
  if (place) plugin->fill(place, &plugin->table);
  return js::from_external(env, plugin);
}

// linkCell(plugin, place, service, version, optional, signature): "linked", "absent" (no such service), or "occupied"
// (the cell doesn't hold the version that the file says).
napi_value link_cell(napi_env env, napi_callback_info info) {
  const js::Arguments<6> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  const void **place = js::to_address<const void **>(env, arguments[1]);
  const std::string service = js::to_string(env, arguments[2]);
  uint32_t version = 0;
  napi_get_value_uint32(env, arguments[3], &version);
  bool optional = false;
  napi_get_value_bool(env, arguments[4], &optional);
  if (place && *place != reinterpret_cast<const void *>(static_cast<uintptr_t>(version))) {
    return js::from_string(env, "occupied");
  }
  const ServiceRegistry::Wanted wanted = {service, version, js::to_string(env, arguments[5])};
  const void *table = plugin->owner.services.acquire(plugin, wanted, ServiceRegistry::Lease::cell);
  if (place && optional)
    plugin->fill_wanted(place, table, wanted);
  else if (place)
    plugin->fill(place, table);
  return js::from_string(env, table ? "linked" : "absent");
}

// acquireTable(plugin, table): counts a lease of a service by the address of its table. False when it can't be had
// any more.
napi_value acquire_table(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  napi_value acquired = nullptr;
  napi_get_boolean(env,
                   plugin->owner.services.acquire(plugin, js::to_address<const void *>(env, arguments[1])),
                   &acquired);
  return acquired;
}

// releaseTable(plugin, table): gives such a lease back.
napi_value release_table(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (plugin) plugin->owner.services.release(plugin, js::to_address<const void *>(env, arguments[1]));
  return nullptr;
}

napi_value outcome(napi_env env, Plugin *plugin, int32_t status, const mortise_error &error) {
  napi_value result = nullptr;
  napi_create_object(env, &result);
  js::set(env, result, "status", js::from_number(env, status));
  size_t length = 0;
  while (length < sizeof error.message && error.message[length])
    length++;
  js::set(env, result, "message", js::from_string(env, std::string(error.message, length)));
  js::set(env, result, "refusals",
          js::to_array(env, plugin->config.refusals(), [env](const Config::Refusal &refusal) {
            napi_value entry = nullptr;
            napi_create_object(env, &entry);
            js::set(env, entry, "path", js::from_string(env, refusal.path));
            js::set(env, entry, "rule", js::from_string(env, refusal.rule));
            return entry;
          }));
  // Here and not with those of the host: they say why the plugin fails.
  js::set(env, result, "problems",
          js::to_array(env, plugin->owner.problems.take_failures(plugin),
                       [env](const ProblemList::Entry &entry) { return from_problem(env, entry.problem); }));
  js::set(env, result, "unused", js::to_array(env, plugin->config.unused(), [env](const std::string &path) {
            return js::from_string(env, path);
          }));
  return result;
}

using Step = int32_t (Plugin::*)(mortise_error &);

// registerPlugin(plugin), initPlugin(plugin): { status, message, refusals: [{ path, rule }], problems,
// unused: [paths] }.
template <Step step> napi_value run(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  mortise_error error = {};
  error.size = sizeof error;
  const int32_t status = (plugin->*step)(error);
  return outcome(env, plugin, status, error);
}

// retirePlugin(plugin, always): nobody gets its services any more; the names of others that hold leases, because of
// which, unless `always`, nothing changes.
napi_value retire_plugin(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  bool always = false;
  napi_get_value_bool(env, arguments[1], &always);
  return js::to_array(env, plugin->retire(always),
                      [env](const std::string &name) { return js::from_string(env, name); });
}

// settlePlugin(plugin): takes no more tasks of it, drops those that wait, and refuses calls of TypeScript on its
// threads; how many tasks still run on the pool, and calls wait for this thread.
napi_value settle_plugin(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  plugin->leaving = true;
  plugin->owner.tasks.close(plugin);
  return js::from_number(env, static_cast<double>(plugin->owner.tasks.running(plugin) + plugin->waiting));
}

// abandonPlugin(plugin, { code, message, where, expected, found, remedy }): nothing of it is called any more.
napi_value abandon_plugin(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  const auto field = [&](const char *name) {
    return js::to_string(env, js::member(env, arguments[1], name));
  };
  plugin->abandon(
      {field("code"), field("message"), field("where"), field("expected"), field("found"), field("remedy")});
  return nullptr;
}

// stopPlugin(plugin, milliseconds): waits so long for its tasks, then runs its fini if its init succeeded; safe
// to repeat. False when a task still runs: then fini didn't.
napi_value stop_plugin(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Plugin *plugin = js::to_external<Plugin>(env, arguments[0]);
  if (!plugin) return nullptr;
  int64_t milliseconds = 0;
  napi_get_value_int64(env, arguments[1], &milliseconds);
  napi_value stopped = nullptr;
  napi_get_boolean(env, plugin->stop(std::chrono::milliseconds(milliseconds)), &stopped);
  return stopped;
}

} // namespace

void define_plugin(napi_env env, napi_value exports) {
  js::define(env, exports, "createPlugin", create_plugin);
  js::define(env, exports, "linkCell", link_cell);
  js::define(env, exports, "acquireTable", acquire_table);
  js::define(env, exports, "releaseTable", release_table);
  js::define(env, exports, "registerPlugin", run<&Plugin::run_register>);
  js::define(env, exports, "initPlugin", run<&Plugin::run_init>);
  js::define(env, exports, "retirePlugin", retire_plugin);
  js::define(env, exports, "settlePlugin", settle_plugin);
  js::define(env, exports, "abandonPlugin", abandon_plugin);
  js::define(env, exports, "stopPlugin", stop_plugin);
}

} // namespace mortise
