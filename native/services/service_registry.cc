// mortise.registry
#include "services/built_in.h"
#include "host/plugin.h"

namespace mortise {
namespace {

int32_t each(const mortise_host *host, mortise_service_visit visit, void *context) {
  Plugin *plugin = Plugin::of(host);
  if (!visit) return MORTISE_ERROR;
  // A copy, so that no lock is held while the plugin's code runs.
  for (const auto &service : plugin->owner.services.list()) {
    if (!service.open && service.provider != plugin) continue;
    uint32_t leases = 0;
    for (const auto &lease : service.leases)
      leases += lease.second.cells + lease.second.asked;
    const mortise_service_entry entry = {sizeof(mortise_service_entry),
                                         service.version,
                                         text_of(service.name),
                                         service.provider ? text_of(service.provider->name)
                                                          : mortise_text{nullptr, 0},
                                         leases,
                                         0};
    const int32_t status = visit(context, &entry);
    if (status != MORTISE_OK) return status;
  }
  return MORTISE_OK;
}

int32_t subscribe(const mortise_host *host, mortise_text name, uint32_t version,
                  mortise_notice_function function, void *context, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  if (!plugin->may("mortise.registry.subscribe", Tag::main_thread))
    return mortise_fail(error, "%s", wrong_thread);
  const std::string problem =
      plugin->owner.notices.subscribe(plugin, string_of(name), version, function, context);
  if (problem.empty()) return MORTISE_OK;
  plugin->report(Problem("MORTISE_ERR_SERVICE_ARGUMENT", problem)
                     .in("mortise.registry.subscribe")
                     .expects("a service's name, a function, and at most 256 subscriptions")
                     .got(problem)
                     .fix("Ask its author to subscribe once, to a service by its name."));
  return mortise_fail(error, "%s", problem.c_str());
}

int32_t unsubscribe(const mortise_host *host, mortise_notice_function function, void *context) {
  Plugin *plugin = Plugin::of(host);
  if (!plugin->may("mortise.registry.unsubscribe", Tag::main_thread)) return MORTISE_ERROR;
  return plugin->owner.notices.unsubscribe(plugin, function, context) ? MORTISE_OK : MORTISE_PASS;
}

} // namespace

const mortise_registry_v1 registry_table = {sizeof(mortise_registry_v1), 0, each, subscribe, unsubscribe};

} // namespace mortise
