// One loaded plugin, and the host that it belongs to, as native code sees them.
#pragma once

#include "host/collect_share.h"
#include "host/collecting.h"
#include "host/config.h"
#include "host/link.h"
#include "engines/calls.h"
#include "engines/files.h"
#include "engines/log.h"
#include "engines/memory.h"
#include "engines/metrics.h"
#include "engines/notices.h"
#include "engines/owner.h"
#include "engines/problems.h"
#include "engines/registry.h"
#include "engines/sql/texts.h"
#include "engines/state.h"
#include "engines/tasks.h"
#include "engines/text.h"

#include <mortise/mortise.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace mortise {

struct Plugin;

// What one JavaScript Host owns natively. Lives until the process ends: a plugin's thread may still call.
struct Host {
  explicit Host(std::string release) : version(std::move(release)) {}

  const std::string version;
  // The thread that opened the host, and whether functions that belong to it are refused elsewhere.
  const std::thread::id main_thread = std::this_thread::get_id();
  bool strict = false;
  LogRing log;
  ProblemList problems;
  ServiceRegistry services;
  Notices notices;
  StateStore state;
  Metrics metrics;
  std::unique_ptr<Calls> calls; // null: they aren't counted; set before there are plugins
  SqlTexts sql;
  NamedDirectories files;
  Tasks tasks;
  HostCollecting collecting{*this};
  std::vector<Plugin *> plugins; // in the order of loading; main thread only
  // What the main thread is in: an entry point's name, or null, and whose it is.
  std::atomic<const char *> entry{nullptr};
  std::atomic<const Plugin *> inside{nullptr};

  // What reads and writes values. Any thread; made when it is first asked for.
  collect::Collector &collector() { return collecting.get(); }

  // The last one loaded whose services no other holds, or the last one; null when none is left.
  Plugin *next_to_stop();
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
  // Of a cell that wants a service without needing it; else without a name.
  ServiceRegistry::Wanted wanted = {"", 0};
  bool emptied = false; // it was filled, and let go of its service
};

// The thread tags of include/mortise/abi.h that can be broken.
enum class Tag { main_thread, entry };
extern const char *const wrong_thread; // what a plugin is told that broke one

// What the plugin receives, as a base, so that a service finds the plugin from its caller's table.
struct PluginTable {
  mortise_host table;
};

// Lives until the process ends, as its library does.
struct Plugin final : PluginTable, Owner {
  Plugin(Host &owner, std::string name, std::string path, EntryPoints entries, const ConfigNode &config);

  Host &owner;
  const std::string path;
  const EntryPoints entries;
  // How one of another family is asked for a route, and what it calls that; null: through `entries`.
  Link link = {nullptr, nullptr};
  const char *route_entry = "module_route";
  Config config;
  // What it has in its host's collector.
  CollectShare collect{*this};
  std::vector<Cell> cells;
  std::atomic<bool> initialised{false}; // its init succeeded, and its fini hasn't run
  std::atomic<bool> in_entry{false};    // inside register, init or fini
  std::atomic<bool> abandoned{false};
  std::atomic<bool> leaving{false}; // is being stopped: its threads can't call TypeScript any more
  std::atomic<uint32_t> waiting{0}; // calls of TypeScript on other threads than JavaScript's

  // Whoever calls without its host table is taken for a plugin of a host that nobody listens to.
  static Plugin *of(const mortise_host *host) {
    if (!host) return &nobody();
    return static_cast<Plugin *>(reinterpret_cast<PluginTable *>(const_cast<mortise_host *>(host)));
  }
  static Plugin &nobody();

  void report(Problem problem) override;
  // Whether the calling thread may call a function with that tag; always when the host isn't strict.
  bool may(const char *function, Tag tag);

  void fill(const void **place, const void *value);
  // The same for a cell that may stay null, and be filled or emptied when its service comes or goes.
  void fill_wanted(const void **place, const void *table, ServiceRegistry::Wanted wanted);
  void fill_wanting(const std::string &service, uint32_t version) override;
  void empty_wanting(const void *service_table) override;
  // Cells that were emptied of a service that went get the next provider's, of which the plugin is told.
  void fail_over(const ServiceRegistry::Service &gone);

  // Each returns the plugin's status; a message in `error` where it failed.
  int32_t run_register(mortise_error &error);
  int32_t run_init(mortise_error &error);
  // A step of another family's plugin; `entry` must be a constant.
  void run(const char *entry, void (*step)());

  // Tells who subscribed that its services are going, and lets nobody have them any more. The names of others that
  // still hold leases; unless `always`, nothing changes then.
  std::vector<std::string> retire(bool always = false);
  // Gives up on a plugin that can't be stopped because something of it, or of its users, still runs. Nothing of it is
  // called any more, and nothing that it holds or provides is taken away.
  void abandon(Problem problem);
  // Runs fini if init succeeded, once; then takes back cells, leases and services. False when a task still
  // runs on the pool after `limit`, or a thread waits for TypeScript: then it is abandoned.
  bool stop(std::chrono::milliseconds limit = std::chrono::seconds(5));

private:
  std::vector<ServiceRegistry::Service> open_services();
  void report_leaks();
};

} // namespace mortise
