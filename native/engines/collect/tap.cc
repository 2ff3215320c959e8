#include "engines/collect/tap.h"

#include <algorithm>
#include <utility>

namespace mortise::collect {

Wake &Wake::operator=(std::function<void()> function) {
  std::lock_guard<std::mutex> lock(mutex_);
  function_ = std::move(function);
  return *this;
}

void Wake::operator()() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (function_) function_();
}

std::vector<const Sample *> Tap::take(size_t max) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<const Sample *> samples(std::min(max, queue_.size()));
  queue_.take(samples.data(), samples.size());
  return samples;
}

uint64_t Tap::dropped() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return queue_.dropped();
}

size_t Tap::waiting() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return queue_.size();
}

void Tap::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  wake = nullptr;
}

void Tap::push(const Sample *sample) {
  const Sample *gone = sample;
  bool was_empty = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_) {
      was_empty = queue_.size() == 0;
      gone = queue_.push(sample);
    }
  }
  if (gone) gone->drop();
  if (was_empty) wake();
}

} // namespace mortise::collect
