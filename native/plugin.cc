#include "plugin.h"

#include <algorithm>

namespace mortise {
namespace {

std::string string_of(mortise_text text) {
  return text.data ? std::string(text.data, text.size) : std::string();
}

// The functions of the host table and of the built-in services, as C sees them.

const mortise_value *config_find(const mortise_host *host, mortise_text path) {
  return Plugin::of(host)->config.find(path);
}

void config_refuse(const mortise_host *host, mortise_text path, mortise_text rule) {
  Plugin::of(host)->config.refuse(path, rule);
}

const void *get_service(const mortise_host *host, mortise_text name, uint32_t version) {
  Plugin *plugin = Plugin::of(host);
  return plugin->owner.services.acquire(plugin, string_of(name), version);
}

int32_t release_service(const mortise_host *host, const void *table) {
  Plugin *plugin = Plugin::of(host);
  return plugin->owner.services.release(plugin, table) ? MORTISE_OK : MORTISE_ERROR;
}

int32_t answer(const std::string &problem, mortise_error *error) {
  return problem.empty() ? MORTISE_OK : mortise_fail(error, "%s", problem.c_str());
}

int32_t register_service(const mortise_host *host, const mortise_service *service, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  if (!service || service->size < sizeof(mortise_service)) {
    return mortise_fail(error, "register_service: the mortise_service is null or its size is too small");
  }
  return answer(
      plugin->owner.services.add(plugin, string_of(service->name), service->version, service->table), error);
}

int32_t unregister_service(const mortise_host *host, const void *table, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  return answer(plugin->owner.services.remove(plugin, table), error);
}

int32_t log_enabled(const mortise_host *host, int32_t severity) {
  return severity >= Plugin::of(host)->owner.log.lowest_severity.load(std::memory_order_relaxed);
}

void log_write(const mortise_host *host, int32_t severity, mortise_text message) {
  Plugin *plugin = Plugin::of(host);
  LogRing &log = plugin->owner.log;
  if (!message.data || severity < log.lowest_severity.load(std::memory_order_relaxed)) return;
  log.write(plugin, severity, message.data, message.size);
}

const mortise_config config_table = {sizeof(mortise_config), 0, config_find, config_refuse};
const mortise_log_v1 log_table = {sizeof(mortise_log_v1), 0, log_enabled, log_write};

mortise_text text_of(const std::string &text) {
  return {text.data(), text.size()};
}

} // namespace

Host::Host(std::string release) : version(std::move(release)) {
  services.add(nullptr, "mortise.log", MORTISE_VERSION(1, 0), &log_table);
}

Plugin::Plugin(Host &host, std::string plugin_name, std::string file, EntryPoints points,
               const ConfigNode &values)
    : PluginTable(), owner(host), name(std::move(plugin_name)), path(std::move(file)), entries(points),
      config(values) {
  table.size = sizeof table;
  table.abi = MORTISE_VERSION(MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR);
  table.version = text_of(owner.version);
  table.plugin = text_of(name);
  table.path = text_of(path);
  table.config = &config_table;
  table.get_service = get_service;
  table.release_service = release_service;
  table.register_service = register_service;
  table.unregister_service = unregister_service;
  owner.plugins.push_back(this);
}

void Plugin::fill(const void **place, const void *value) {
  cells.push_back({place, *place});
  *place = value;
}

int32_t Plugin::run_register(mortise_error &error) {
  return entries.register_ ? entries.register_(&table, &error) : MORTISE_OK;
}

int32_t Plugin::run_init(mortise_error &error) {
  const int32_t status = entries.init ? entries.init(&table, &error) : MORTISE_OK;
  initialised = status == MORTISE_OK;
  return status;
}

void Plugin::stop() {
  if (initialised) {
    initialised = false;
    if (entries.fini) entries.fini(&table);
  }
  owner.services.remove_all(this);
  owner.services.release_all(this);
  // A thread that the plugin left behind then fails at a small address instead of calling a freed table.
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell)
    *cell->place = cell->before;
  cells.clear();
  const auto place = std::find(owner.plugins.begin(), owner.plugins.end(), this);
  if (place != owner.plugins.end()) owner.plugins.erase(place);
}

} // namespace mortise
