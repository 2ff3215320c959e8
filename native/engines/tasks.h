// Functions of plugins that run later: on the main thread, on a pool, or when time has passed.
#pragma once

#include <mortise/tasks.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace mortise {

struct Owner;

// Own threads and not libuv's: Node-API queues work only from the main thread, and a plugin may ask on any.
// They start when they are first needed, and are never joined: a Host lives until the process ends, so a
// thread that hangs in a plugin keeps nobody waiting.
class Tasks {
public:
  enum class Place { main, pool };

  // Called, without a lock, when there is something for run_main_tasks. Set before the first task.
  std::function<void()> wake;

  // A number, or 0 when the plugin has stopped or has MORTISE_TASKS_MAX (then `full`). Any thread.
  uint64_t run(Owner *plugin, Place place, mortise_task task, void *context, bool &full);
  uint64_t start_timer(Owner *plugin, uint64_t delay, uint64_t period, mortise_task task, void *context,
                       bool &full);
  // False when it runs, is over, or is another plugin's. Any thread.
  bool cancel(const Owner *plugin, uint64_t number);

  // Runs what waits for the main thread; on the main thread. What is added meanwhile runs the next time.
  void run_main_tasks();

  // Takes no more of the plugin, and drops what waits. Any thread.
  void close(const Owner *plugin);
  // Takes tasks again.
  void reopen(const Owner *plugin);
  // How many of its tasks run on the pool.
  size_t running(const Owner *plugin);
  // Waits until none runs; false when one still does after `limit`. Not on a thread of the pool.
  bool drain(const Owner *plugin, std::chrono::milliseconds limit);
  // Lets the threads end.
  void shut_down();

private:
  using Clock = std::chrono::steady_clock;

  struct Task {
    uint64_t number;
    Owner *plugin;
    mortise_task run;
    void *context;
    Clock::duration period{0}; // of a timer that repeats
    Clock::time_point due{};
  };
  // What one plugin has here.
  struct Account {
    bool closed = false;
    size_t count = 0; // waiting and timers
    size_t running = 0;
  };

  using Queue = std::list<Task>;
  using Timers = std::multimap<Clock::time_point, Task>;

  bool take(Owner *plugin, bool &full);
  bool start(void (Tasks::*loop)());
  void pool_thread();
  void timer_thread();
  void push(Queue &queue, const Task &task);
  Task pop(Queue &queue);
  void set(const Task &timer);
  void unset(Timers::iterator timer);
  bool drop_waiting(const Owner *plugin, uint64_t number);
  bool drop_timer(const Owner *plugin, uint64_t number);
  void drop_all(Queue &queue, const Owner *plugin);

  std::mutex mutex_;
  std::condition_variable pool_work_, timer_work_, ended_;
  uint64_t next_number_ = 1;
  Queue main_, pool_;
  Timers timers_;
  // By number, so that cancelling one doesn't look at all. A timer that repeats may be in both.
  std::unordered_map<uint64_t, std::pair<Queue *, Queue::iterator>> waiting_;
  std::unordered_map<uint64_t, Timers::iterator> timer_by_number_;
  std::map<const Owner *, Account> accounts_;
  size_t pool_threads_ = 0, idle_threads_ = 0;
  bool has_timer_thread_ = false;
  bool is_shut_down_ = false;
};

} // namespace mortise
