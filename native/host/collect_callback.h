// Callbacks that a plugin registered together, as the collector calls them.
#pragma once

#include "engines/collect/callbacks.h"
#include "host/collect_view.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace mortise {

// What all callbacks of one plugin share.
struct CollectCalls {
  CollectSets sets;
  // Nothing of the plugin is called any more, its release neither.
  std::atomic<bool> silent{false};

  std::mutex mutex;
  std::condition_variable ended;
  size_t count = 0; // sets of callbacks that haven't ended
};

// The collector may keep its functions for longer than it calls them, so it's counted here when they have ended: when
// all were dropped and none runs. Then the plugin's release is called, once.
class CollectCallback : public std::enable_shared_from_this<CollectCallback> {
public:
  // `which` of them are there.
  CollectCallback(CollectCalls &calls, const mortise_collect_callbacks &callbacks, uint32_t which);
  CollectCallback(const CollectCallback &) = delete;
  CollectCallback &operator=(const CollectCallback &) = delete;

  // Once they are registered: before that the plugin keeps what is its own.
  void take_over();
  // Those aren't called any more, unless they run now.
  void drop(uint32_t which);

  collect::Read read();
  collect::Write write();
  collect::Flush flush();
  collect::Log log();
  collect::Notify notified();
  collect::Missing missing();
  collect::Shutdown shutdown();

private:
  class Call;
  void end();

  CollectCalls &calls_;
  mortise_collect_callbacks c_;
  std::atomic<bool> owned_{false}, ended_{false};
  // How many run, and above that which are there: 0 when it has ended.
  std::atomic<uint64_t> state_;
  CollectBatch batch_; // the writer's thread's
};

} // namespace mortise
