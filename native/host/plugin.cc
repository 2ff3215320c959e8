#include "host/plugin.h"

#include "engines/doing.h"
#include "host/host_table.h"

#include <algorithm>

namespace mortise {

const char *const wrong_thread = "this function is not for this thread or moment; see its tag in the header";

Plugin &Plugin::nobody() {
  static Plugin &plugin = *new Plugin(*new Host(""), "nobody", "", EntryPoints(), ConfigNode());
  return plugin;
}

Plugin *Host::next_to_stop() {
  if (plugins.empty()) return nullptr;
  const auto all = services.list();
  const auto is_used = [&](const Plugin *plugin) {
    return std::any_of(all.begin(), all.end(), [&](const ServiceRegistry::Service &service) {
      return service.provider == plugin &&
             std::any_of(service.leases.begin(), service.leases.end(), [&](const auto &lease) {
               return lease.first != plugin && !lease.first->is_embedder;
             });
    });
  };
  const auto free = std::find_if_not(plugins.rbegin(), plugins.rend(), is_used);
  return free == plugins.rend() ? plugins.back() : *free;
}

Plugin::Plugin(Host &host, std::string plugin_name, std::string file, EntryPoints points,
               const ConfigNode &values)
    : PluginTable(), Owner(std::move(plugin_name)), owner(host), path(std::move(file)), entries(points),
      config(values) {
  table = host_table;
  table.version = text_of(owner.version);
  table.plugin = text_of(name);
  table.path = text_of(path);
  calls = owner.calls.get();
  owner.plugins.push_back(this);
}

void Plugin::report(Problem problem) {
  owner.problems.add(this, std::move(problem));
}

bool Plugin::may(const char *function, Tag tag) {
  if (!owner.strict) return true;
  const bool main = std::this_thread::get_id() == owner.main_thread;
  if (main && (tag == Tag::main_thread || in_entry)) return true;
  report(Problem("MORTISE_ERR_SERVICE_THREAD",
                 std::string("called ") + function +
                     (main ? " outside its entry points" : " from a thread of its own"))
             .in(function)
             .expects(tag == Tag::main_thread ? "a call on the thread that opened the host"
                                              : "a call inside module_register, module_init or module_fini")
             .got(main ? "a call at another time" : "a call on another thread")
             .fix("Ask its author to follow the function's tag in include/mortise; mortise.tasks runs a "
                  "function on the "
                  "main "
                  "thread."));
  return false;
}

namespace {

// Release, because a plugin's thread may look at a cell meanwhile: one that reads the pointer also sees the table behind it.
void put(const void **place, const void *value) {
  static_assert(sizeof(std::atomic<const void *>) == sizeof(const void *), "an atomic pointer is a pointer");
  reinterpret_cast<std::atomic<const void *> *>(place)->store(value, std::memory_order_release);
}

} // namespace

void Plugin::fill(const void **place, const void *value) {
  cells.push_back({place, *place});
  put(place, value);
}

void Plugin::fill_wanted(const void **place, const void *value, ServiceRegistry::Wanted wanted) {
  cells.push_back({place, *place, std::move(wanted)});
  put(place, value);
}

void Plugin::fill_wanting(const std::string &service, uint32_t version) {
  for (Cell &cell : cells) {
    if (*cell.place || cell.wanted.name != service || !version_fits(version, cell.wanted.version)) continue;
    put(cell.place, owner.services.acquire(this, cell.wanted, ServiceRegistry::Lease::cell));
  }
}

void Plugin::empty_wanting(const void *service_table) {
  for (Cell &cell : cells) {
    if (cell.wanted.name.empty() || *cell.place != service_table) continue;
    put(cell.place, nullptr);
    cell.emptied = true;
    owner.services.release(this, service_table, ServiceRegistry::Lease::cell);
  }
}

void Plugin::fail_over(const ServiceRegistry::Service &gone) {
  const void *next = nullptr;
  for (Cell &cell : cells) {
    if (*cell.place || !cell.emptied || !gone.fits(cell.wanted)) continue;
    const void *table = owner.services.acquire(this, cell.wanted, ServiceRegistry::Lease::cell);
    put(cell.place, table);
    if (table) next = table;
  }
  if (!next) return;
  for (const auto &service : owner.services.list()) {
    if (service.table == next && service.name == gone.name)
      return owner.notices.tell(MORTISE_SERVICE_CAME, service, this);
  }
}

namespace {

// Says for so long what the main thread is in, to whoever waits for it.
class Entered {
public:
  Entered(Plugin &plugin, const char *entry) : plugin_(plugin), within_(plugin, entry) {
    plugin_.in_entry = true;
    plugin_.owner.inside = &plugin_;
    plugin_.owner.entry = entry;
  }
  ~Entered() {
    plugin_.owner.entry = nullptr;
    plugin_.in_entry = false;
  }
  Entered(const Entered &) = delete;
  Entered &operator=(const Entered &) = delete;

private:
  Plugin &plugin_;
  const Within within_;
};

} // namespace

int32_t Plugin::run_register(mortise_error &error) {
  const Entered entered(*this, "module_register");
  return entries.register_ ? entries.register_(&table, &error) : MORTISE_OK;
}

int32_t Plugin::run_init(mortise_error &error) {
  int32_t status = MORTISE_OK;
  if (entries.init) {
    const Entered entered(*this, "module_init");
    status = entries.init(&table, &error);
  }
  initialised = status == MORTISE_OK;
  if (initialised) {
    for (const auto &service : owner.services.open_all(this))
      owner.notices.tell(MORTISE_SERVICE_CAME, service);
  }
  return status;
}

void Plugin::run(const char *entry, void (*step)()) {
  const Entered entered(*this, entry);
  step();
}

std::vector<ServiceRegistry::Service> Plugin::open_services() {
  std::vector<ServiceRegistry::Service> own;
  for (const auto &service : owner.services.list()) {
    if (service.provider == this && service.open) own.push_back(service);
  }
  return own;
}

std::vector<std::string> Plugin::retire(bool always) {
  const auto going = open_services();
  for (const auto &service : going)
    owner.notices.tell(MORTISE_SERVICE_GOING, service);
  const std::vector<std::string> holders = owner.services.close_all(this, always);
  // It stays: who let it go may have it again.
  if (!holders.empty() && !always) {
    for (const auto &service : going)
      owner.notices.tell(MORTISE_SERVICE_CAME, service);
    return holders;
  }
  // A copy: who is told may do anything.
  const std::vector<Plugin *> others = owner.plugins;
  for (const auto &service : going) {
    for (Plugin *other : others)
      if (other != this && other->initialised && !other->leaving) other->fail_over(service);
  }
  return holders;
}

void Plugin::abandon(Problem problem) {
  report(std::move(problem));
  abandoned = true;
  leaving = true;
  initialised = false;
  collect.silence();
  owner.tasks.close(this);
  owner.notices.forget(this);
  owner.services.close_all(this, true);
  const auto place = std::find(owner.plugins.begin(), owner.plugins.end(), this);
  if (place != owner.plugins.end()) owner.plugins.erase(place);
}

bool Plugin::stop(std::chrono::milliseconds limit) {
  leaving = true;
  owner.tasks.close(this);
  owner.notices.forget(this);
  if (!owner.tasks.drain(this, limit)) {
    abandon(Problem("MORTISE_ERR_TASK_STUCK",
                    "one of its tasks still runs on the pool; its module_fini was not called")
                .in("mortise.tasks.run_pool")
                .expects("tasks that end, and wait for nothing on the main thread")
                .got("one that still ran after " + std::to_string(limit.count()) + " ms")
                .fix("Ask its author to let long tasks look at a flag, or to cut them into shorter ones."));
    return false;
  }
  // Only this thread could answer it, and module_fini would wait here for the one that asks.
  if (waiting > 0) {
    abandon(
        Problem(
            "MORTISE_ERR_TASK_STUCK",
            "one of its threads waits for a service that is written in TypeScript; its module_fini was not "
            "called")
            .in("module_fini")
            .expects("no call on another thread when the host ends without its event loop")
            .got(std::to_string(waiting) + " such calls")
            .fix("Close the host, and await that, before the process ends; or ask its author to call such "
                 "services on the main thread."));
    return false;
  }
  if (!initialised) collect.silence();
  // The share last: it waits for what a callback that removed itself still does.
  if (!owner.collecting.leave(*this, limit) || !collect.leave(limit)) {
    abandon(Problem("MORTISE_ERR_TASK_STUCK",
                    "one of its readers or writers still runs; its module_fini was not called")
                .in("mortise.collect")
                .expects("reads, writes and flushes that end")
                .got("one that still ran after " + std::to_string(limit.count()) + " ms")
                .fix("Ask its author to bound what a read or a write waits for."));
    return false;
  }
  std::string users;
  for (const auto &service : owner.services.list()) {
    if (service.provider != this) continue;
    for (const auto &lease : service.leases) {
      if (static_cast<Plugin *>(lease.first)->abandoned)
        users += (users.empty() ? "" : ", ") + lease.first->name;
    }
  }
  if (!users.empty()) {
    abandon(Problem("MORTISE_ERR_SERVICE_IN_USE",
                    "its services are in use by " + users +
                        ", which could not be stopped; its module_fini was not called")
                .in("module_fini")
                .expects("users that stop")
                .got("leases of " + users)
                .fix("See the error of " + users + "."));
    return false;
  }
  const auto place = std::find(owner.plugins.begin(), owner.plugins.end(), this);
  if (place != owner.plugins.end()) owner.plugins.erase(place);
  // Who wants a service of this plugin, and still has it, goes on without: plugins that use each other in a circle
  // have no better order.
  for (const auto &service : owner.services.list()) {
    if (service.provider != this) continue;
    for (Plugin *other : owner.plugins)
      other->empty_wanting(service.table);
  }
  if (initialised) {
    initialised = false;
    if (entries.fini) {
      const Entered entered(*this, "module_fini");
      entries.fini(&table);
    }
    report_leaks();
  }
  owner.services.remove_all(this);
  owner.services.release_all(this);
  // A thread that the plugin left behind then fails at a small address instead of calling a freed table.
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell)
    put(cell->place, cell->before);
  cells.clear();
  return true;
}

void Plugin::report_leaks() {
  const uint64_t blocks = memory.blocks.load(), bytes = memory.bytes.load();
  if (blocks == 0) return;
  const std::string left = std::to_string(blocks) + (blocks == 1 ? " block" : " blocks") + " of " +
                           std::to_string(bytes) + " bytes";
  report(Problem("MORTISE_WARN_MEMORY_LEAK",
                 "left " + left + (blocks == 1 ? "" : " in all") + " after module_fini")
             .in("mortise.memory")
             .expects("every block released")
             .got(left)
             .fix("Ask its author to release in module_fini what it allocated through mortise.memory."));
}

} // namespace mortise
