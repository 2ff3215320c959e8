// What the process's main thread is in, for whoever asks from another thread while it can't answer itself.
#pragma once

#include "engines/calls.h"

#include <atomic>
#include <string>

namespace mortise {

struct Owner;

// Whether the calling thread is the one that is watched. Nobody's is until `watch_this_thread`.
void watch_this_thread();
bool is_watched_thread();

// An entry point's name and whose it is; nulls outside. Written by the watched thread only.
struct Doing {
  std::atomic<const Owner *> plugin{nullptr};
  std::atomic<const char *> entry{nullptr};
  // What stands for the function of a plugin that is being called, innermost; null: none.
  std::atomic<const void *> function{nullptr};
};
extern Doing doing;

// Where a caller on this thread says which function it is in; of threads that aren't watched nobody looks there.
std::atomic<const void *> &function_place();

// Says for so long that the watched thread is in a plugin, and counts it. `entry` must be a constant.
class Within {
public:
  Within(const Owner &plugin, const char *entry) : timed_(plugin, entry) {
    if (!watched_) return;
    doing.plugin = &plugin;
    doing.entry = entry;
    doing.function = nullptr;
  }
  ~Within() {
    if (!watched_) return;
    doing.function = before_function_;
    doing.entry = before_entry_;
    doing.plugin = before_;
  }
  Within(const Within &) = delete;
  Within &operator=(const Within &) = delete;

private:
  const Timed timed_;
  const bool watched_ = is_watched_thread();
  const Owner *const before_ = doing.plugin;
  const char *const before_entry_ = doing.entry;
  const void *const before_function_ = doing.function;
};

// The same for one function that is called often: some nanoseconds less.
class InFunction {
public:
  InFunction(std::atomic<const void *> &place, const void *function)
      : place_(place), before_(place.load(std::memory_order_relaxed)) {
    place_.store(function, std::memory_order_relaxed);
  }
  ~InFunction() { place_.store(before_, std::memory_order_relaxed); }
  InFunction(const InFunction &) = delete;
  InFunction &operator=(const InFunction &) = delete;

private:
  std::atomic<const void *> &place_;
  const void *const before_;
};

// Lets `doing_now` name what stands for a function, until it is forgotten.
void name_function(const void *function, const std::string &name);
void forget_function(const void *function);

// "module_init of cache"; empty when the watched thread is in no plugin.
std::string doing_now();

} // namespace mortise
