#include "engines/collect/queue.h"

#include <algorithm>

namespace mortise::collect {

Queue::~Queue() {
  for (size_t i = 0; i < count_; i++)
    ring_[(first_ + i) & (ring_.size() - 1)]->drop();
}

void Queue::grow() {
  std::vector<const Sample *> larger(std::max<size_t>(ring_.size() * 2, 64));
  for (size_t i = 0; i < count_; i++)
    larger[i] = ring_[(first_ + i) & (ring_.size() - 1)];
  ring_ = std::move(larger);
  first_ = 0;
}

void Queue::shrink() {
  if (count_ == 0) std::vector<const Sample *>().swap(ring_);
}

const Sample *Queue::push(const Sample *sample) {
  const Sample *gone = nullptr;
  if (count_ == max_) {
    gone = ring_[first_ & (ring_.size() - 1)];
    first_++;
    count_--;
    dropped_++;
  } else if (count_ == ring_.size()) {
    grow();
  }
  ring_[(first_ + count_) & (ring_.size() - 1)] = sample;
  count_++;
  pushed_++;
  return gone;
}

size_t Queue::take(const Sample **into, size_t max) {
  const size_t taken = std::min(max, count_);
  for (size_t i = 0; i < taken; i++)
    into[i] = ring_[(first_ + i) & (ring_.size() - 1)];
  first_ += taken;
  count_ -= taken;
  return taken;
}

} // namespace mortise::collect
