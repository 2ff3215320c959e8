#include "engines/tasks.h"

#include "engines/doing.h"
#include "engines/owner.h"

#include <algorithm>
#include <iterator>
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

// The rest up to run() under the lock.
void Tasks::push(Queue &queue, const Task &task) {
  queue.push_back(task);
  waiting_[task.number] = {&queue, std::prev(queue.end())};
}

Tasks::Task Tasks::pop(Queue &queue) {
  const Task task = queue.front();
  waiting_.erase(task.number);
  queue.pop_front();
  return task;
}

void Tasks::set(const Task &timer) {
  timer_by_number_[timer.number] = timers_.emplace(timer.due, timer);
}

void Tasks::unset(Timers::iterator timer) {
  timer_by_number_.erase(timer->second.number);
  timers_.erase(timer);
}

bool Tasks::drop_waiting(const Owner *plugin, uint64_t number) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return false;
  const auto [queue, task] = found->second;
  if (task->plugin != plugin) return false;
  accounts_[plugin].count--;
  queue->erase(task);
  waiting_.erase(found);
  return true;
}

bool Tasks::drop_timer(const Owner *plugin, uint64_t number) {
  const auto found = timer_by_number_.find(number);
  if (found == timer_by_number_.end() || found->second->second.plugin != plugin) return false;
  accounts_[plugin].count--;
  unset(found->second);
  return true;
}

void Tasks::drop_all(Queue &queue, const Owner *plugin) {
  for (auto at = queue.begin(); at != queue.end();) {
    const Task &task = *at++;
    if (task.plugin == plugin) drop_waiting(plugin, task.number);
  }
}

uint64_t Tasks::run(Owner *plugin, Place place, mortise_task task, void *context, bool &full) {
  uint64_t number;
  bool was_empty;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!take(plugin, full)) return 0;
    number = next_number_++;
    Queue &queue = place == Place::main ? main_ : pool_;
    was_empty = queue.empty();
    push(queue, {number, plugin, task, context});
    if (place == Place::pool) {
      if (idle_threads_ < pool_.size() && pool_threads_ < max_threads && start(&Tasks::pool_thread))
        pool_threads_++;
      if (pool_threads_ == 0) {
        drop_waiting(plugin, number);
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
  set({number, plugin, task, context, nanoseconds(step), due});
  if (!has_timer_thread_ && !(has_timer_thread_ = start(&Tasks::timer_thread))) {
    drop_timer(plugin, number);
    return 0;
  }
  timer_work_.notify_one();
  return number;
}

bool Tasks::cancel(const Owner *plugin, uint64_t number) {
  if (number == 0) return false;
  std::lock_guard<std::mutex> lock(mutex_);
  const bool timer = drop_timer(plugin, number);
  const bool waiting = drop_waiting(plugin, number);
  return timer || waiting;
}

void Tasks::run_main_tasks() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (size_t left = main_.size(); left > 0 && !main_.empty(); left--) {
    const Task task = pop(main_);
    accounts_[task.plugin].count--;
    lock.unlock();
    {
      const Within within(*task.plugin, "a task on the main thread");
      task.run(task.context);
    }
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
    const Task task = pop(pool_);
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
    unset(first);
    const bool waits = waiting_.count(task.number) > 0;
    const bool was_empty = main_.empty();
    if (!waits) push(main_, task);
    if (task.period.count() > 0) {
      // The rhythm stays, unless a whole tick was missed.
      task.due += task.period;
      if (task.due <= now) task.due = now + task.period;
      set(task);
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
  for (auto at = timers_.begin(); at != timers_.end();) {
    const Task &timer = (at++)->second;
    if (timer.plugin == plugin) drop_timer(plugin, timer.number);
  }
  drop_all(main_, plugin);
  drop_all(pool_, plugin);
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
