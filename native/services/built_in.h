// The services that every host has. Each table lies in its own service_….cc.
#pragma once

#include <mortise/mortise.h>

#include <algorithm>
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

// Keep in step with src/services/built-in/versions.ts; a test compares the two.
void add_built_in_services(ServiceRegistry &services);

// No text that a service takes may be longer, neither a path nor a help. A size that a plugin got wrong then ends
// as a name that is too long, and not as an allocation that can't be had.
constexpr uint64_t longest_text = 64 * 1024;

inline std::string string_of(mortise_text text) {
  return text.data ? std::string(text.data, static_cast<size_t>(std::min(text.size, longest_text)))
                   : std::string();
}

// Lives as long as the string.
inline mortise_text text_of(const std::string &text) {
  return {text.data(), text.size()};
}

} // namespace mortise
