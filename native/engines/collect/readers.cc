#include "engines/collect/readers.h"
#include "engines/collect/registrations.h"

#include <algorithm>
#include <cmath>
#include <system_error>
#include <thread>

namespace mortise::collect {
namespace {

constexpr size_t max_threads = 256;
// First runs are spread over the interval, but nobody waits longer than this for the first values.
constexpr Time max_spread = 10 * second;
constexpr Time stuck_after = second;
constexpr Time longest_interval = Time{1} << 60; // 34 years; keeps sums of times from wrapping round

// The readers on this thread's stack.
struct Inside {
  const Reader *reader;
  const Inside *outer;
};
thread_local const Inside *inside = nullptr;

bool is_on(const Inside *stack, const Reader &reader) {
  for (const Inside *at = stack; at; at = at->outer)
    if (at->reader == &reader) return true;
  return false;
}

} // namespace

// A thread that waits for the end of others.
struct Readers::Wait {
  const Inside *stack;
  const Condition &condition;
};

Readers::Readers(uint32_t threads, Time max_interval, Told told)
    : wanted_threads_(std::clamp<size_t>(threads, 1, max_threads)), max_interval_(max_interval),
      told_(std::move(told)) {}

Time Readers::interval_here() {
  return inside ? inside->reader->interval : 0;
}

bool Readers::is_here(const Reader &reader) {
  return is_on(inside, reader);
}

bool Readers::add(Owner *owner, std::string name, std::string group, Time interval, Read read,
                  Problem &problem) {
  Lock lock(mutex_);
  const auto taken = readers_.find(name);
  if (taken != readers_.end()) {
    problem = name_taken("reader", name, taken->second->owner);
    return false;
  }
  const One reader = std::make_shared<Reader>();
  reader->owner = owner;
  reader->name = name;
  reader->group = std::move(group);
  reader->interval = reader->effective = std::min(interval, longest_interval);
  reader->read = std::move(read);
  readers_.emplace(std::move(name), reader);
  if (is_started_) {
    plan_first(reader);
    plan_.wake();
  }
  return true;
}

// The rest up to run() under the lock.
void Readers::plan_first(const One &reader) {
  // Multiples of the golden ratio lie far from each other, however many there are.
  double whole;
  const double place = std::modf(static_cast<double>(spread_++) * 0.6180339887498949, &whole);
  const Time span = std::min(reader->interval, max_spread);
  plan_.add(reader, running_for() + static_cast<Time>(place * static_cast<double>(span)));
}

void Readers::start_thread() {
  try {
    std::thread([self = shared_from_this()] { self->thread(); }).detach();
    threads_++;
  } catch (const std::system_error &) {
    // Those that there are do it, later.
  }
}

void Readers::start() {
  Lock lock(mutex_);
  if (is_started_ || is_stopped_) return;
  is_started_ = true;
  for (const auto &[name, reader] : readers_)
    if (!reader->is_running) plan_first(reader); // else it is planned when it ends
  while (threads_ < wanted_threads_) {
    const size_t before = threads_;
    start_thread();
    if (threads_ == before) break;
  }
}

void Readers::thread() {
  Lock lock(mutex_);
  while (!is_stopped_ && threads_ <= wanted_threads_ + stuck_) {
    One reader = plan_.take(running_for());
    if (!reader) {
      plan_.wait(lock);
      continue;
    }
    run(reader, reader->due, lock);
    if (!reader->is_removed) continue;
    lock.unlock(); // it may take a plugin's data with it
    reader = nullptr;
    lock.lock();
  }
  threads_--;
  plan_.wake(); // this one may have been woken for something
  ended_.notify_all();
}

int32_t Readers::run(const One &reader, Time due, Lock &lock) {
  const Time start = running_for();
  reader->lateness = start > due ? start - due : 0;
  reader->began = start;
  reader->last_run = now();
  reader->is_running = true;
  running_.push_back(reader);
  lock.unlock();
  int32_t status;
  {
    const Inside here{reader.get(), inside};
    inside = &here;
    status = reader->read();
    inside = here.outer;
  }
  lock.lock();
  const Time end = running_for();
  reader->last_duration = end - start;
  reader->runs++;
  if (status != 0) reader->failures++;
  const Time longest = std::max(max_interval_, reader->interval);
  reader->effective = status == 0 ? reader->interval : std::min(reader->effective * 2, longest);
  if (reader->is_stuck) {
    reader->is_stuck = false;
    stuck_--;
  }
  const Reader seen = {reader->owner,    reader->name,          reader->group,    reader->interval,
                       nullptr,          reader->effective,     reader->due,      reader->began,
                       reader->last_run, reader->last_duration, reader->lateness, reader->runs,
                       reader->failures};
  lock.unlock();
  told_(seen, status);
  lock.lock();
  reader->is_running = false;
  if (is_started_ && !is_stopped_ && !reader->is_removed)
    plan_.add(reader, std::max(due + reader->effective, end));
  running_.erase(std::find(running_.begin(), running_.end(), reader));
  ended_.notify_all();
  return status;
}

bool Readers::remove(const Condition &condition, Deadline deadline, size_t &removed) {
  std::vector<One> gone;
  Lock lock(mutex_);
  for (auto at = readers_.begin(); at != readers_.end();) {
    const One reader = at->second;
    if (!condition(*reader)) {
      ++at;
      continue;
    }
    reader->is_removed = true;
    plan_.remove(reader);
    gone.push_back(reader);
    at = readers_.erase(at);
  }
  removed = gone.size();
  return wait_for(lock, deadline, [&](const Reader &running) {
    if (running.is_removed && condition(running)) return true; // also who was removed without waiting
    return std::any_of(gone.begin(), gone.end(), [&](const One &one) { return one.get() == &running; });
  });
}

// Whether its thread waits, directly or through others, for a reader on this thread: then this thread must not wait
// for it. At most so many others.
bool Readers::waits_for_here(const Reader &reader, size_t steps) const {
  return std::any_of(waits_.begin(), waits_.end(), [&](const Wait *wait) {
    if (!is_on(wait->stack, reader)) return false;
    return std::any_of(running_.begin(), running_.end(), [&](const One &one) {
      if (!wait->condition(*one) || is_on(wait->stack, *one)) return false;
      return is_here(*one) || (steps > 0 && waits_for_here(*one, steps - 1));
    });
  });
}

// Until no other thread runs one that the condition holds for.
bool Readers::wait_for(Lock &lock, Deadline deadline, const Condition &condition) {
  const Wait wait{inside, condition};
  waits_.push_back(&wait);
  ended_.notify_all(); // who waits for this thread may not wait any more
  const bool is_over = wait_until(ended_, lock, deadline, [&] {
    return std::none_of(running_.begin(), running_.end(), [&](const One &one) {
      return condition(*one) && !is_here(*one) && !waits_for_here(*one, waits_.size());
    });
  });
  waits_.erase(std::find(waits_.begin(), waits_.end(), &wait));
  return is_over;
}

bool Readers::stop(Deadline deadline) {
  Lock lock(mutex_);
  is_stopped_ = true;
  plan_.clear();
  plan_.wake_all();
  return wait_for(lock, deadline, [](const Reader &) { return true; });
}

uint32_t Readers::run_now(const Condition &condition) {
  std::vector<One> chosen;
  Lock lock(mutex_);
  for (const auto &[name, reader] : readers_)
    if (condition(*reader)) chosen.push_back(reader);
  uint32_t failed = 0;
  for (const One &reader : chosen) {
    if (is_here(*reader)) continue;
    ended_.wait(lock, [&] { return !reader->is_running; });
    if (reader->is_removed || is_stopped_) continue;
    plan_.remove(reader);
    failed += run(reader, running_for(), lock) != 0;
    plan_.wake();
  }
  return failed;
}

void Readers::replace_stuck_threads() {
  Lock lock(mutex_);
  if (!is_started_ || is_stopped_) return;
  const Time at = running_for();
  for (const One &reader : running_) {
    if (reader->is_stuck || at - reader->began < std::max(reader->interval, stuck_after)) continue;
    reader->is_stuck = true;
    stuck_++;
  }
  while (threads_ < std::min(wanted_threads_ + stuck_, max_threads)) {
    const size_t before = threads_;
    start_thread();
    if (threads_ == before) break;
  }
}

bool Readers::is_running(const Owner *owner) const {
  Lock lock(mutex_);
  return std::any_of(running_.begin(), running_.end(),
                     [&](const One &one) { return one->owner == owner && !is_here(*one); });
}

std::vector<ReaderState> Readers::states() const {
  Lock lock(mutex_);
  const Time here = running_for(), wall = now();
  std::vector<ReaderState> all;
  for (const auto &[name, one] : readers_) {
    const Time next = !one->is_due ? 0 : one->due > here ? wall + (one->due - here) : wall;
    all.push_back({one->owner ? one->owner->name : "", one->name, one->group, one->interval, one->effective,
                   one->last_run, one->last_duration, next, in_seconds(one->lateness), one->runs,
                   one->failures, one->is_running});
  }
  return all;
}

} // namespace mortise::collect
