#include "host/doing.h"

#include "host/plugin.h"

#include <map>
#include <mutex>
#include <thread>

namespace mortise {
namespace {

std::atomic<std::thread::id> watched{std::thread::id()};

// Never destroyed: another thread may ask while the process ends.
std::mutex &routes_mutex = *new std::mutex;
std::map<const void *, std::string> &routes = *new std::map<const void *, std::string>;

} // namespace

Doing doing;

void watch_this_thread() {
  watched = std::this_thread::get_id();
}

bool is_watched_thread() {
  return watched.load() == std::this_thread::get_id();
}

void name_route(const void *function, const char *entry, const std::string &plugin) {
  std::lock_guard<std::mutex> lock(routes_mutex);
  routes[function] = std::string(entry) + " of " + plugin;
}

std::string doing_now() {
  if (const void *route = doing.route.load()) {
    std::lock_guard<std::mutex> lock(routes_mutex);
    const auto found = routes.find(route);
    return found == routes.end() ? "the route of a plugin" : found->second;
  }
  const char *entry = doing.entry.load();
  const Plugin *plugin = doing.plugin.load();
  return entry && plugin ? std::string(entry) + " of " + plugin->name : "";
}

} // namespace mortise
