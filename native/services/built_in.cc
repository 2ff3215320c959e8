#include "services/built_in.h"

#include "engines/registry.h"
#include "host/host_table.h"

namespace mortise {

void add_built_in_services(ServiceRegistry &services) {
  const auto add = [&](const char *name, uint32_t minor, const void *table, const char *signature) {
    services.add(nullptr, {name, MORTISE_VERSION(1, minor), table, signature});
  };
  add("mortise.clock", 0, &clock_table, mortise_clock_signature);
  add("mortise.config", 0, &config_table, mortise_config_signature);
  add("mortise.files", 0, &files_table, mortise_files_signature);
  add("mortise.log", 1, &log_table, mortise_log_signature);
  add("mortise.memory", 0, &memory_table, mortise_memory_signature);
  add("mortise.metrics", 0, &metrics_table, mortise_metrics_signature);
  add("mortise.registry", 0, &registry_table, mortise_registry_signature);
  add("mortise.state", 0, &state_table, mortise_state_signature);
  add("mortise.tasks", 0, &tasks_table, mortise_tasks_signature);
}

} // namespace mortise
