// Plugins for JavaScript: made, linked, registered, initialised, stopped.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "routing/parsed_link.h"
#include "node/values.h"

namespace mortise {
namespace {

// Depth is bounded so that a tree that contains itself ends as an error.
bool to_config(const Napi::Value &value, ConfigNode &node, int depth) {
  const Napi::HandleScope scope(value.Env());
  switch (value.Type()) {
  case napi_boolean:
    node.type = MORTISE_VALUE_BOOLEAN;
    node.boolean = value.As<Napi::Boolean>();
    return true;
  case napi_number: {
    node.number = value.As<Napi::Number>().DoubleValue();
    // 2^53: above it a JavaScript number doesn't tell neighbouring integers apart.
    const bool whole = node.number >= -9007199254740992.0 && node.number <= 9007199254740992.0 &&
                       static_cast<double>(static_cast<int64_t>(node.number)) == node.number;
    node.type = whole ? MORTISE_VALUE_INTEGER : MORTISE_VALUE_DOUBLE;
    if (whole) node.integer = static_cast<int64_t>(node.number);
    return true;
  }
  case napi_bigint: {
    bool lossless = false;
    node.integer = value.As<Napi::BigInt>().Int64Value(&lossless);
    node.type = MORTISE_VALUE_INTEGER;
    return lossless;
  }
  case napi_string:
    node.type = MORTISE_VALUE_TEXT;
    node.text = js::text(value);
    return true;
  case napi_object: {
    if (depth == 0) return false;
    const Napi::Object object = value.As<Napi::Object>();
    if (value.IsArray()) {
      node.type = MORTISE_VALUE_LIST;
      for (uint32_t index = 0, length = value.As<Napi::Array>().Length(); index < length; index++) {
        node.children.emplace_back();
        if (!to_config(object.Get(index), node.children.back().second, depth - 1)) return false;
      }
      return true;
    }
    node.type = MORTISE_VALUE_TABLE;
    napi_value own = nullptr;
    const napi_status status = napi_get_all_property_names(
        value.Env(), value, napi_key_own_only, napi_key_enumerable, napi_key_numbers_to_strings, &own);
    NAPI_THROW_IF_FAILED(value.Env(), status, false);
    const Napi::Array keys(value.Env(), own);
    for (uint32_t index = 0; index < keys.Length(); index++) {
      const Napi::Value key = keys[index];
      if (!key.IsString()) continue; // a symbol names nothing in a file
      node.children.emplace_back(js::text(key), ConfigNode());
      if (!to_config(object.Get(key), node.children.back().second, depth - 1)) return false;
    }
    return true;
  }
  default:
    return false;
  }
}

// createPlugin(host, { name, path, config, register, init, route, fini, moduleHost, embedder, toolchain,
// exactToolchain, needsTrees }): a handle. Entry points are addresses or undefined; moduleHost is the address of the plugin's
// pointer to its host table; embedder is true for what stands for TypeScript itself; the last three are the file's.
Napi::Value create_plugin(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  const Napi::Object options = info[1].As<Napi::Object>();
  ConfigNode config;
  if (!to_config(options.Get("config"), config, 64) || config.type != MORTISE_VALUE_TABLE) {
    throw Napi::TypeError::New(
        info.Env(), "mortise: a plugin's configuration holds booleans, numbers, 64-bit bigints, strings, "
                    "arrays and plain objects, at most 64 deep");
  }
  const auto place = [&](auto &entry, const char *name) {
    entry = js::address<std::decay_t<decltype(entry)>>(options.Get(name));
  };
  EntryPoints entries;
  place(entries.register_, "register");
  place(entries.init, "init");
  place(entries.route, "route");
  place(entries.fini, "fini");
  // Lives until the process ends: others may have kept its addresses.
  Plugin *plugin =
      new Plugin(host, js::text(options.Get("name")), js::text(options.Get("path")), entries, config);
  plugin->is_embedder = js::flag(options.Get("embedder"));
  plugin->exact_toolchain = js::flag(options.Get("exactToolchain"));
  if (js::flag(options.Get("needsTrees"))) plugin->link = parsed_link(plugin);
  plugin->toolchain = js::text(options.Get("toolchain"));
  const void **module_host = js::address<const void **>(options.Get("moduleHost"));
  if (module_host) plugin->fill(module_host, &plugin->table);
  return js::to_handle(info.Env(), plugin);
}

// linkCell(plugin, place, service, version, optional, signature): "linked", "absent" (no such service), or "occupied"
// (the cell doesn't hold the version that the file says).
Napi::Value link_cell(const Napi::CallbackInfo &info) {
  Plugin &plugin = js::handle<Plugin>(info[0]);
  const void **place = js::address<const void **>(info[1]);
  const uint32_t version = js::number(info[3]);
  const ServiceRegistry::Wanted wanted = {js::text(info[2]), version, js::text(info[5])};
  if (place && *place != reinterpret_cast<const void *>(static_cast<uintptr_t>(version)))
    return js::to_text(info.Env(), "occupied");
  const void *table = plugin.owner.services.acquire(&plugin, wanted, ServiceRegistry::Lease::cell);
  if (place && js::flag(info[4]))
    plugin.fill_wanted(place, table, wanted);
  else if (place)
    plugin.fill(place, table);
  return js::to_text(info.Env(), table ? "linked" : "absent");
}

// acquireTable(plugin, table): counts a lease of a service by the address of its table. False when it can't be had
// any more.
Napi::Value acquire_table(const Napi::CallbackInfo &info) {
  Plugin &plugin = js::handle<Plugin>(info[0]);
  return Napi::Boolean::New(info.Env(),
                            plugin.owner.services.acquire(&plugin, js::address<const void *>(info[1])));
}

// releaseTable(plugin, table): gives such a lease back.
void release_table(const Napi::CallbackInfo &info) {
  Plugin &plugin = js::handle<Plugin>(info[0]);
  plugin.owner.services.release(&plugin, js::address<const void *>(info[1]));
}

Napi::Value outcome(Napi::Env env, Plugin &plugin, int32_t status, const mortise_error &error) {
  size_t length = 0;
  while (length < sizeof error.message && error.message[length])
    length++;
  Napi::Object result = Napi::Object::New(env);
  result.Set("status", js::to_number(env, status));
  result.Set("message", Napi::String::New(env, error.message, length));
  result.Set("refusals", js::to_list(env, plugin.config.refusals(), [env](const Config::Refusal &refusal) {
               Napi::Object entry = Napi::Object::New(env);
               entry.Set("path", refusal.path);
               entry.Set("rule", refusal.rule);
               return entry;
             }));
  // Here and not with those of the host: they say why the plugin fails.
  result.Set("problems",
             js::to_list(env, plugin.owner.problems.take_failures(&plugin),
                         [env](const ProblemList::Entry &entry) { return to_problem(env, entry.problem); }));
  const auto texts = [env](const std::vector<std::string> &all) {
    return js::to_list(env, all, [env](const std::string &path) { return js::to_text(env, path); });
  };
  const std::vector<std::string> unused = plugin.config.unused();
  result.Set("unused", texts(unused));
  // What was meant is looked for there.
  result.Set("asked", texts(unused.empty() ? std::vector<std::string>{} : plugin.config.asked()));
  return result;
}

using Step = int32_t (Plugin::*)(mortise_error &);

// registerPlugin(plugin), initPlugin(plugin): { status, message, refusals: [{ path, rule }], problems,
// unused: [paths], asked: [paths] when some are unused }.
template <Step step> Napi::Value run(const Napi::CallbackInfo &info) {
  Plugin &plugin = js::handle<Plugin>(info[0]);
  mortise_error error = {};
  error.size = sizeof error;
  const int32_t status = (plugin.*step)(error);
  return outcome(info.Env(), plugin, status, error);
}

// retirePlugin(plugin, always): nobody gets its services any more; the names of others that hold leases, because of
// which, unless `always`, nothing changes.
Napi::Value retire_plugin(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, js::handle<Plugin>(info[0]).retire(js::flag(info[1])),
                     [env](const std::string &name) { return js::to_text(env, name); });
}

// settlePlugin(plugin): takes no more tasks of it, drops those that wait, takes its readers and writers back, and
// refuses calls of TypeScript on its threads; how many tasks still run on the pool, and calls wait for this thread.
Napi::Value settle_plugin(const Napi::CallbackInfo &info) {
  Plugin &plugin = js::handle<Plugin>(info[0]);
  plugin.leaving = true;
  plugin.owner.tasks.close(&plugin);
  const size_t running = plugin.owner.tasks.running(&plugin) + plugin.waiting;
  const size_t collecting = plugin.owner.collecting.has_settled(plugin) ? 0 : 1;
  return js::to_number(info.Env(), static_cast<double>(running + collecting));
}

// abandonPlugin(plugin, { code, message, where, expected, found, remedy }): nothing of it is called any more.
void abandon_plugin(const Napi::CallbackInfo &info) {
  Plugin &plugin = js::handle<Plugin>(info[0]);
  const Napi::Object problem = info[1].As<Napi::Object>();
  const auto field = [&](const char *name) { return js::text(problem.Get(name)); };
  plugin.abandon(Problem(field("code"), field("message"))
                     .in(field("where"))
                     .expects(field("expected"))
                     .got(field("found"))
                     .fix(field("remedy")));
}

// stopPlugin(plugin, milliseconds): waits so long for its tasks, then runs its fini if its init succeeded; safe
// to repeat. False when a task still runs: then fini didn't.
Napi::Value stop_plugin(const Napi::CallbackInfo &info) {
  Plugin &plugin = js::handle<Plugin>(info[0]);
  const int64_t milliseconds = info[1].IsNumber() ? info[1].As<Napi::Number>().Int64Value() : 0;
  return Napi::Boolean::New(info.Env(), plugin.stop(std::chrono::milliseconds(milliseconds)));
}

} // namespace

void define_plugin(Napi::Object exports) {
  js::define<create_plugin>(exports, "createPlugin");
  js::define<link_cell>(exports, "linkCell");
  js::define<acquire_table>(exports, "acquireTable");
  js::define<release_table>(exports, "releaseTable");
  js::define<run<&Plugin::run_register>>(exports, "registerPlugin");
  js::define<run<&Plugin::run_init>>(exports, "initPlugin");
  js::define<retire_plugin>(exports, "retirePlugin");
  js::define<settle_plugin>(exports, "settlePlugin");
  js::define<abandon_plugin>(exports, "abandonPlugin");
  js::define<stop_plugin>(exports, "stopPlugin");
}

} // namespace mortise
