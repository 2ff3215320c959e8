#include "engines/collect/plan.h"

#include <algorithm>
#include <chrono>

namespace mortise::collect {
namespace {

constexpr Time never = UINT64_MAX;

std::chrono::steady_clock::time_point point(Time due) {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(as_duration(due)));
}

} // namespace

void Plan::add(const One &reader, Time due) {
  remove(reader); // who was read at once may have been planned before
  reader->due = due;
  reader->is_due = true;
  readers_.emplace(due, reader);
}

void Plan::remove(const One &reader) {
  if (!reader->is_due) return;
  reader->is_due = false;
  auto [at, end] = readers_.equal_range(reader->due);
  at = std::find_if(at, end, [&](const auto &one) { return one.second == reader; });
  if (at != end) readers_.erase(at);
}

Plan::One Plan::take(Time now) {
  const auto first = readers_.begin();
  if (first == readers_.end() || first->first > now) return nullptr;
  One reader = std::move(first->second);
  readers_.erase(first);
  reader->is_due = false;
  return reader;
}

// The first time for which no thread wakes: the n-th reader has one when the n-th thread wakes by then.
Time Plan::uncovered() const {
  auto idle = idle_.begin();
  for (const auto &[due, reader] : readers_) {
    if (idle == idle_.end() || (*idle)->until > due) return due;
    ++idle;
  }
  return never;
}

void Plan::insert(Idle *idle) {
  const auto later = [](const Idle *one, const Idle *other) { return one->until < other->until; };
  idle_.insert(std::upper_bound(idle_.begin(), idle_.end(), idle, later), idle);
}

void Plan::wait(Lock &lock) {
  Idle idle{uncovered(), {}};
  insert(&idle);
  if (idle.until == never)
    idle.woken.wait(lock);
  else
    idle.woken.wait_until(lock, point(idle.until));
  idle_.erase(std::find(idle_.begin(), idle_.end(), &idle));
}

void Plan::wake() {
  if (idle_.empty()) return;
  const Time until = uncovered();
  Idle *const last = idle_.back();
  if (until >= last->until) return;
  idle_.pop_back();
  last->until = until; // already now, so that the next reader that comes wakes another thread
  insert(last);
  last->woken.notify_one();
}

void Plan::wake_all() {
  for (Idle *idle : idle_)
    idle->woken.notify_one();
}

} // namespace mortise::collect
