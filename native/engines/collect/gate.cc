#include "engines/collect/gate.h"

namespace mortise::collect {
namespace {

thread_local Gate::Stay *innermost = nullptr;

} // namespace

Gate::Stay::Stay(Gate &gate) : gate_(gate), outer_(innermost), entered_(false) {
  // First counted, then asked; close() does it the other way round, so that one of the two sees the other.
  gate.inside_++;
  entered_ = !gate.closed_;
  if (entered_)
    innermost = this;
  else
    gate.leave();
}

Gate::Stay::~Stay() {
  if (!entered_) return;
  innermost = outer_;
  gate_.leave();
}

void Gate::leave() {
  inside_--;
  if (!closed_) return;
  std::lock_guard<std::mutex> lock(mutex_); // who waits is either not asking yet, or asleep
  left_.notify_all();
}

void Gate::close() {
  closed_ = true;
}

uint32_t Gate::stays_of_this_thread() const {
  uint32_t count = 0;
  for (const Stay *stay = innermost; stay; stay = stay->outer_)
    count += &stay->gate_ == this;
  return count;
}

bool Gate::close_and_wait(Deadline deadline) {
  close();
  const uint32_t mine = stays_of_this_thread();
  std::unique_lock<std::mutex> lock(mutex_);
  return wait_until(left_, lock, deadline, [&] { return inside_ <= mine; });
}

} // namespace mortise::collect
