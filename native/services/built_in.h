// The services that every host has. Each table lies in its own service_….cc.
#pragma once

#include <mortise/mortise.h>

namespace mortise {

class ServiceRegistry;

extern const mortise_clock_v1 clock_table;
extern const mortise_files_v1 files_table;
extern const mortise_log_v1 log_table;
extern const mortise_memory_v1 memory_table;
extern const mortise_metrics_v1 metrics_table;
extern const mortise_registry_v1 registry_table;
extern const mortise_state_v1 state_table;
extern const mortise_tasks_v1 tasks_table;

// Keep in step with src/services/built-in/versions.ts; a test compares the two.
void add_built_in_services(ServiceRegistry &services);

} // namespace mortise
