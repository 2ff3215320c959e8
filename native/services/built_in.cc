#include "services/built_in.h"

#include "engines/registry.h"
#include "host/host_table.h"

namespace mortise {

void add_built_in_services(ServiceRegistry &services) {
  const auto add = [&](const char *name, uint32_t minor, const void *table) {
    services.add(nullptr, name, MORTISE_VERSION(1, minor), table);
  };
  add("mortise.clock", 0, &clock_table);
  add("mortise.config", 0, &config_table);
  add("mortise.files", 0, &files_table);
  add("mortise.log", 1, &log_table);
  add("mortise.memory", 0, &memory_table);
  add("mortise.metrics", 0, &metrics_table);
  add("mortise.registry", 0, &registry_table);
  add("mortise.state", 0, &state_table);
  add("mortise.tasks", 0, &tasks_table);
}

} // namespace mortise
