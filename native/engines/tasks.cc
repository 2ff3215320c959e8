#include "engines/tasks.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace mortise {
namespace {

constexpr size_t max_threads = 4;
constexpr uint64_t max_delay = UINT64_C(1) << 60; // 36 years; keeps sums of times from wrapping round
constexpr uint64_t shortest_period = 1000000;

std::chrono::nanoseconds nanoseconds(uint64_t count) {
  return std::chrono::nanoseconds(static_cast<int64_t>(std::min(count, max_delay)));
}

} // namespace

// Whether the plugin may have one more; counts it. Under the lock.
bool Tasks::take(Owner *plugin, bool &full) {
  Account &account = accounts_[plugin];
  full = !account.closed && account.count >= MORTISE_TASKS_MAX;
  if (account.closed || full || is_shut_down_) return false;
  account.count++;
  return true;
}

// False when the system gives no more threads.
bool Tasks::start(void (Tasks::*loop)()) {
  try {
    std::thread(loop, this).detach();
    return true;
  } catch (const std::system_error &) {
    return false;
  }
}

// Under the lock. Number 0 stands for all of the plugin's.
template <typename Queue> bool Tasks::drop(Queue &queue, const Owner *plugin, uint64_t number) {
  bool dropped = false;
  for (auto at = queue.begin(); at != queue.end();) {
    const Task &task = task_of(*at);
    if (task.plugin != plugin || (number != 0 && task.number != number)) {
      ++at;
      continue;
    }
    accounts_[plugin].count--;
    at = queue.erase(at);
    dropped = true;
  }
  return dropped;
}

uint64_t Tasks::run(Owner *plugin, Place place, mortise_task task, void *context, bool &full) {
  uint64_t number;
  bool was_empty;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!take(plugin, full)) return 0;
    number = next_number_++;
    std::deque<Task> &queue = place == Place::main ? main_ : pool_;
    was_empty = queue.empty();
    queue.push_back({number, plugin, task, context});
    if (place == Place::pool) {
      if (idle_threads_ < pool_.size() && pool_threads_ < max_threads && start(&Tasks::pool_thread))
        pool_threads_++;
      if (pool_threads_ == 0) {
        drop(pool_, plugin, number);
        return 0;
      }
      pool_work_.notify_one();
    }
  }
  if (place == Place::main && was_empty && wake) wake();
  return number;
}

uint64_t Tasks::start_timer(Owner *plugin, uint64_t delay, uint64_t period, mortise_task task, void *context,
                            bool &full) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!take(plugin, full)) return 0;
  const uint64_t number = next_number_++;
  const Clock::time_point due = Clock::now() + nanoseconds(delay);
  const uint64_t step = period == 0 ? 0 : std::max(period, shortest_period);
  timers_.emplace(due, Task{number, plugin, task, context, nanoseconds(step), due});
  if (!has_timer_thread_ && !(has_timer_thread_ = start(&Tasks::timer_thread))) {
    drop(timers_, plugin, number);
    return 0;
  }
  timer_work_.notify_one();
  return number;
}

bool Tasks::cancel(const Owner *plugin, uint64_t number) {
  if (number == 0) return false;
  std::lock_guard<std::mutex> lock(mutex_);
  // A timer that repeats may wait in both places.
  const bool timer = drop(timers_, plugin, number);
  const bool main = drop(main_, plugin, number);
  return timer || main || drop(pool_, plugin, number);
}

void Tasks::run_main_tasks() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (size_t left = main_.size(); left > 0 && !main_.empty(); left--) {
    const Task task = main_.front();
    main_.pop_front();
    accounts_[task.plugin].count--;
    lock.unlock();
    task.run(task.context);
    lock.lock();
  }
  const bool more = !main_.empty();
  lock.unlock();
  if (more && wake) wake();
}

void Tasks::pool_thread() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!is_shut_down_) {
    if (pool_.empty()) {
      idle_threads_++;
      pool_work_.wait(lock);
      idle_threads_--;
      continue;
    }
    const Task task = pool_.front();
    pool_.pop_front();
    Account &account = accounts_[task.plugin]; // a map's entries stay where they are
    account.count--;
    account.running++;
    lock.unlock();
    task.run(task.context);
    lock.lock();
    account.running--;
    ended_.notify_all();
  }
}

void Tasks::timer_thread() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!is_shut_down_) {
    if (timers_.empty()) {
      timer_work_.wait(lock);
      continue;
    }
    const Clock::time_point now = Clock::now();
    const auto first = timers_.begin();
    if (first->first > now) {
      const Clock::time_point due = first->first; // the timer may be cancelled meanwhile
      timer_work_.wait_until(lock, due);
      continue;
    }
    Task task = first->second;
    timers_.erase(first);
    const bool waits = std::any_of(main_.begin(), main_.end(),
                                   [&](const Task &other) { return other.number == task.number; });
    const bool was_empty = main_.empty();
    if (!waits) main_.push_back(task);
    if (task.period.count() > 0) {
      // The rhythm stays, unless a whole tick was missed.
      task.due += task.period;
      if (task.due <= now) task.due = now + task.period;
      timers_.emplace(task.due, task);
      if (!waits) accounts_[task.plugin].count++;
    }
    lock.unlock();
    if (was_empty && wake) wake();
    lock.lock();
  }
}

void Tasks::close(const Owner *plugin) {
  std::lock_guard<std::mutex> lock(mutex_);
  accounts_[plugin].closed = true;
  drop(timers_, plugin, 0);
  drop(main_, plugin, 0);
  drop(pool_, plugin, 0);
}

void Tasks::reopen(const Owner *plugin) {
  std::lock_guard<std::mutex> lock(mutex_);
  accounts_[plugin].closed = false;
}

size_t Tasks::running(const Owner *plugin) {
  std::lock_guard<std::mutex> lock(mutex_);
  return accounts_[plugin].running;
}

bool Tasks::drain(const Owner *plugin, std::chrono::milliseconds limit) {
  std::unique_lock<std::mutex> lock(mutex_);
  const Account &account = accounts_[plugin];
  return ended_.wait_for(lock, limit, [&] { return account.running == 0; });
}

void Tasks::shut_down() {
  std::lock_guard<std::mutex> lock(mutex_);
  is_shut_down_ = true;
  pool_work_.notify_all();
  timer_work_.notify_all();
}

} // namespace mortise
