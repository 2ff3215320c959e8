#include "host/host_table.h"

#include "engines/signature.h"
#include "host/plugin.h"

namespace mortise {
namespace {

const void *get_service(const mortise_host *host, mortise_text name, uint32_t version,
                        mortise_text signature) {
  Plugin *plugin = Plugin::of(host);
  return plugin->owner.services.acquire(plugin, {string_of(name), version, string_of(signature)});
}

int32_t release_service(const mortise_host *host, const void *table) {
  Plugin *plugin = Plugin::of(host);
  if (plugin->owner.services.release(plugin, table)) return MORTISE_OK;
  plugin->report(Problem("MORTISE_ERR_SERVICE_LEASE", "released a service that it holds no lease of")
                     .in("release_service")
                     .expects("one release for each get_service that answered a table")
                     .got("one more")
                     .fix("Ask its author to release once, and not what a cell holds."));
  return MORTISE_ERROR;
}

// It is reported to the operator too: a plugin may ignore the answer.
int32_t refused(Plugin *plugin, Problem problem, mortise_error *error, bool fails_start) {
  problem.fails_start = fails_start;
  const int32_t status = mortise_fail(error, "%s", problem.message.c_str());
  plugin->report(std::move(problem));
  return status;
}

int32_t register_service(const mortise_host *host, const mortise_service *service, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  if (!plugin->may("register_service", Tag::entry)) return mortise_fail(error, "%s", wrong_thread);
  if (!service || service->size < sizeof(mortise_service)) {
    return refused(plugin,
                   Problem("MORTISE_ERR_SERVICE_TABLE",
                           "register_service: the mortise_service is null or its size is too small")
                       .in("register_service")
                       .expects(std::to_string(sizeof(mortise_service)) + " bytes")
                       .got(service ? std::to_string(service->size) + " bytes" : "null")
                       .fix("Set the size member of mortise_service to sizeof(mortise_service)."),
                   error, true);
  }
  if (service->signature.size > max_signature) {
    return refused(plugin,
                   Problem("MORTISE_ERR_SERVICE_SIGNATURE", string_of(service->name) +
                                                                ": its signature is longer than " +
                                                                std::to_string(max_signature) + " bytes")
                       .in("register_service")
                       .expects("at most " + std::to_string(max_signature) + " bytes")
                       .got(std::to_string(service->signature.size) + " bytes")
                       .fix("Cut the service into several, or set all of mortise_service."),
                   error, true);
  }
  Problem problem;
  // Others have it once this plugin is ready; while it starts it's its own.
  const bool open = plugin->initialised || !plugin->in_entry;
  const std::string message = plugin->owner.services.add(
      plugin, {string_of(service->name), service->version, service->table, string_of(service->signature)},
      &problem, open);
  return message.empty() ? MORTISE_OK : refused(plugin, std::move(problem), error, true);
}

int32_t unregister_service(const mortise_host *host, const void *table, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  if (!plugin->may("unregister_service", Tag::entry)) return mortise_fail(error, "%s", wrong_thread);
  Problem problem;
  const std::string message = plugin->owner.services.remove(plugin, table, &problem);
  return message.empty() ? MORTISE_OK : refused(plugin, std::move(problem), error, false);
}

} // namespace

const mortise_host host_table = {
    sizeof(mortise_host), MORTISE_VERSION(MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR),
    {nullptr, 0}, // version, plugin and path: each plugin's own
    {nullptr, 0},         {nullptr, 0},
    &config_table,        get_service,
    release_service,      register_service,
    unregister_service,
};

} // namespace mortise
