// A bounded queue of samples for one who takes them when it likes: JavaScript. When it is full the oldest are dropped,
// and counted.
#pragma once

#include "engines/collect/sample.h"

#include <functional>
#include <vector>

namespace mortise::collect {

class Tap {
public:
  // Called without a lock when there is something after there was nothing. Set before the first sample.
  std::function<void()> wake;

  // Up to `max` samples, oldest first, which the caller must drop(). One thread at a time.
  std::vector<const Sample *> take(size_t max);
  uint64_t dropped() const;
  size_t waiting() const;
  // Takes no more.
  void close();
};

} // namespace mortise::collect
