// Hosts and plugins without files, for drivers. They live until the process ends, as their comments say.
#pragma once

#include "check.h"
#include "host/plugin.h"
#include "services/built_in.h"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace mortise {

// With the services that every host has.
inline Host &new_host(const char *version) {
  Host &host = *new Host(version);
  add_built_in_services(host.services);
  return host;
}

inline Plugin &plugin_of(Host &host, const char *name, EntryPoints entries = EntryPoints()) {
  return *new Plugin(host, name, "/nowhere.so", entries, ConfigNode());
}

template <typename Table> const Table &service(Plugin &plugin, const char *name, uint32_t minor = 0) {
  const void *table =
      plugin.table.get_service(&plugin.table, mortise_text_of(name), MORTISE_VERSION(1, minor), {nullptr, 0});
  CHECK(table && static_cast<const Table *>(table)->size == sizeof(Table));
  return *static_cast<const Table *>(table);
}

// The codes of what was reported, with commas.
inline std::string codes(Host &host) {
  uint64_t lost = 0;
  std::string text;
  for (const auto &entry : host.problems.take(lost)) {
    CHECK(!entry.problem.message.empty() && !entry.problem.where.empty() && !entry.problem.expected.empty());
    CHECK(!entry.problem.found.empty() && !entry.problem.remedy.empty());
    text += (text.empty() ? "" : ",") + std::string(entry.problem.code);
  }
  return lost ? text + "+" + std::to_string(lost) : text;
}

inline void on_four_threads(const std::function<void(int)> &work) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++)
    threads.emplace_back(work, t);
  for (std::thread &thread : threads)
    thread.join();
}

inline int32_t init_well(const mortise_host *, mortise_error *) {
  return MORTISE_OK;
}

} // namespace mortise
