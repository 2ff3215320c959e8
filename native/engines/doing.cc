#include "engines/doing.h"

#include "engines/owner.h"

#include <map>
#include <mutex>
#include <thread>

namespace mortise {
namespace {

std::atomic<std::thread::id> watched{std::thread::id()};

// Never destroyed: another thread may ask while the process ends.
std::mutex &names_mutex = *new std::mutex;
std::map<const void *, std::string> &names = *new std::map<const void *, std::string>;

} // namespace

Doing doing;

void watch_this_thread() {
  watched = std::this_thread::get_id();
}

bool is_watched_thread() {
  return watched.load() == std::this_thread::get_id();
}

std::atomic<const void *> &function_place() {
  static thread_local std::atomic<const void *> unseen{nullptr};
  return is_watched_thread() ? doing.function : unseen;
}

void name_function(const void *function, const std::string &name) {
  std::lock_guard<std::mutex> lock(names_mutex);
  names[function] = name;
}

void forget_function(const void *function) {
  std::lock_guard<std::mutex> lock(names_mutex);
  names.erase(function);
}

std::string doing_now() {
  if (const void *function = doing.function.load()) {
    std::lock_guard<std::mutex> lock(names_mutex);
    const auto found = names.find(function);
    return found == names.end() ? "a function of a plugin" : found->second;
  }
  const char *entry = doing.entry.load();
  const Owner *plugin = doing.plugin.load();
  return entry && plugin ? std::string(entry) + " of " + plugin->name : "";
}

} // namespace mortise
