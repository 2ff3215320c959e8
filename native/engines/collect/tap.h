// A bounded queue of samples for one who takes them when it likes: JavaScript. When it is full the oldest are dropped,
// and counted.
#pragma once

#include "engines/collect/queue.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace mortise::collect {

// A function that may be set while others call it.
class Wake {
public:
  Wake &operator=(std::function<void()> function);
  void operator()();

private:
  std::mutex mutex_; // who takes it away waits until it doesn't run any more
  std::function<void()> function_;
};

class Tap {
public:
  explicit Tap(size_t max) : queue_(max) {}

  // Called without a lock when there is something after there was nothing, on the thread that dispatches: it must
  // not wait. Whoever sets it looks then whether something waits already.
  Wake wake;

  // Up to `max` samples, oldest first, which the caller must drop(). One thread at a time.
  std::vector<const Sample *> take(size_t max);
  uint64_t dropped() const;
  size_t waiting() const;
  // Takes no more, and `wake` isn't called from when this has returned on. What waits can still be taken.
  void close();
  bool is_closed() const { return closed_; }

  // The collector's: takes over one hold of it.
  void push(const Sample *sample);

private:
  mutable std::mutex mutex_;
  Queue queue_;
  std::atomic<bool> closed_{false};
};

} // namespace mortise::collect
