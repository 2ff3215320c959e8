// What the process's main thread is in, for whoever asks from another thread while it can't answer itself.
#pragma once

#include <atomic>
#include <string>

namespace mortise {

struct Plugin;

// Whether the calling thread is the one that is watched. Nobody's is until `watch_this_thread`.
void watch_this_thread();
bool is_watched_thread();

// An entry point's name and whose it is; nulls outside. Written by the watched thread only.
struct Doing {
  std::atomic<const Plugin *> plugin{nullptr};
  std::atomic<const char *> entry{nullptr};
  // The plugin's function that is being asked for a route; null: none.
  std::atomic<const void *> route{nullptr};
};
extern Doing doing;

// Says for so long that the watched thread is in a plugin. `entry` must be a constant.
class Within {
public:
  Within(const Plugin &plugin, const char *entry) {
    if (!watched_) return;
    doing.plugin = &plugin;
    doing.entry = entry;
  }
  ~Within() {
    if (!watched_) return;
    doing.entry = before_entry_;
    doing.plugin = before_;
  }
  Within(const Within &) = delete;
  Within &operator=(const Within &) = delete;

private:
  const bool watched_ = is_watched_thread();
  const Plugin *const before_ = doing.plugin;
  const char *const before_entry_ = doing.entry;
};

// Lets `doing_now` name the plugin that a function for routes, or its context, belongs to.
void name_route(const void *function, const char *entry, const std::string &plugin);

// "module_init of cache"; empty when the watched thread is in no plugin.
std::string doing_now();

} // namespace mortise
