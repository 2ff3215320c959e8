// A bounded ring of samples: when it is full the oldest are dropped, and counted.
#pragma once

#include "engines/collect/sample.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mortise::collect {

// Not safe by itself: whoever has one locks it. It owns one hold of each sample.
class Queue {
public:
  explicit Queue(size_t max) : max_(max > 0 ? max : 1) {}
  ~Queue();
  Queue(const Queue &) = delete;
  Queue &operator=(const Queue &) = delete;

  // The sample that had to go for it, which the caller drops without the lock; null: none.
  const Sample *push(const Sample *sample);
  // The oldest, at most `max`; how many.
  size_t take(const Sample **into, size_t max);
  // Gives back its memory when nothing is in it.
  void shrink();
  size_t size() const { return count_; }
  size_t max() const { return max_; }
  // How many were pushed, and how many of them had to go.
  uint64_t pushed() const { return pushed_; }
  uint64_t dropped() const { return dropped_; }

private:
  void grow();

  const size_t max_;
  std::vector<const Sample *> ring_; // its size is a power of two
  size_t first_ = 0, count_ = 0;
  uint64_t pushed_ = 0, dropped_ = 0;
};

} // namespace mortise::collect
