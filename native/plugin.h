// One loaded plugin, and the host that it belongs to, as native code sees them.
#pragma once

#include "config.h"
#include "log.h"
#include "services.h"

#include <mortise/mortise.h>

#include <atomic>
#include <string>
#include <vector>

namespace mortise {

// What one JavaScript Host owns natively. Lives until the process ends: a plugin's thread may still call.
struct Host {
  explicit Host(std::string version);

  const std::string version;
  LogRing log;
  ServiceRegistry services;
  std::vector<Plugin *> plugins; // in the order of loading; main thread only
};

struct EntryPoints {
  int32_t (*register_)(const mortise_host *, mortise_error *) = nullptr;
  int32_t (*init)(const mortise_host *, mortise_error *) = nullptr;
  int32_t (*route)(const mortise_context *, mortise_route *) = nullptr;
  void (*fini)(const mortise_host *) = nullptr;
};

// A pointer in the plugin that the host fills in, and what stood there before.
struct Cell {
  const void **place;
  const void *before;
};

// What the plugin receives, as a base, so that a service finds the plugin from its caller's table.
struct PluginTable {
  mortise_host table;
};

// Lives until the process ends, as its library does.
struct Plugin : PluginTable {
  Plugin(Host &owner, std::string name, std::string path, EntryPoints entries, const ConfigNode &config);

  Host &owner;
  const std::string name;
  const std::string path;
  const EntryPoints entries;
  Config config;
  std::vector<Cell> cells;
  bool initialised = false; // its init succeeded, and its fini hasn't run

  static Plugin *of(const mortise_host *host) {
    return static_cast<Plugin *>(reinterpret_cast<PluginTable *>(const_cast<mortise_host *>(host)));
  }

  void fill(const void **place, const void *value);
  // Each returns the plugin's status; a message in `error` where it failed.
  int32_t run_register(mortise_error &error);
  int32_t run_init(mortise_error &error);
  // Runs fini if init succeeded, once; then takes back cells, leases and services.
  void stop();
};

} // namespace mortise
