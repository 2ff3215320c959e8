// What one plugin has in its host's collector: callbacks, data sets, and what it dispatches.
#pragma once

#include "engines/problems.h"
#include "host/collect_callback.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mortise {

struct Plugin;

// Any thread, unless it says otherwise. What answers a bool or a status and takes a `problem` fills that on failure.
class CollectShare {
public:
  explicit CollectShare(Plugin &plugin) : plugin_(plugin) {}

  bool add(const mortise_collect_callbacks *callbacks, Problem &problem);
  // False when there was none.
  bool remove(mortise_text name, uint32_t which);
  bool remove_group(mortise_text group);

  // What is wrong with the arguments is reported, at most once a second; the collector reports the rest itself.
  int32_t dispatch(const mortise_collect_report *report);
  int32_t notify(const mortise_collect_notification *notification);

  bool add_set(const mortise_collect_set *set, Problem &problem);
  const mortise_collect_set *find_set(mortise_text type);

  // Nothing of the plugin is called any more: its init failed.
  void silence() { calls_.silent = true; }
  // Once the collector has given everything back, on the main thread: what is left goes. False when a callback still
  // runs after `limit`.
  bool leave(std::chrono::milliseconds limit);

private:
  // Callbacks that were registered together.
  struct Entry {
    std::shared_ptr<CollectCallback> callback;
    uint32_t which; // those that are there
    std::string group;
  };

  std::string full(mortise_text name) const;
  uint32_t put(const std::string &name, const std::string &group, const mortise_collect_callbacks &callbacks,
               CollectCallback &callback, Problem &problem);
  void take(const std::string &name, CollectCallback &callback, uint32_t which);
  template <typename Which> bool remove_those(const Which &which);
  int32_t refuse(Problem problem);

  Plugin &plugin_;
  CollectCalls calls_;
  // Recursive: the collector may log while something is registered, and a plugin that hears it may register.
  std::recursive_mutex mutex_;
  std::multimap<std::string, Entry> entries_; // by the collector's names
  std::vector<collect::DataSets::Shared> sets_;
  bool left_ = false; // takes no more
  std::atomic<bool> gone_{false};
  std::atomic<uint64_t> told_{0}; // when something was reported last
};

} // namespace mortise
