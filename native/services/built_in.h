// The services that every host has. Each table lies in its own service_….cc.
#pragma once

#include <mortise/mortise.h>

#include <string>

namespace mortise {

class ServiceRegistry;

extern const mortise_clock_v1 clock_table;
extern const mortise_config_v1 config_table;
extern const mortise_files_v1 files_table;
extern const mortise_log_v1 log_table;
extern const mortise_memory_v1 memory_table;
extern const mortise_metrics_v1 metrics_table;
extern const mortise_registry_v1 registry_table;
extern const mortise_state_v1 state_table;
extern const mortise_tasks_v1 tasks_table;

// Keep in step with src/services/built-in.ts; a test compares the two.
void add_built_in_services(ServiceRegistry &services);

inline std::string string_of(mortise_text text) {
  return text.data ? std::string(text.data, static_cast<size_t>(text.size)) : std::string();
}

// Lives as long as the string.
inline mortise_text text_of(const std::string &text) {
  return {text.data(), text.size()};
}

} // namespace mortise
