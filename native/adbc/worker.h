// Runs jobs one after the other, on a thread of its own that is there while there are any, and a little longer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace mortise::adbc {

// Any thread may use it. Jobs that were posted run, also when the worker itself is gone by then.
class Worker {
public:
  using Job = std::function<void()>; // doesn't throw

  Worker() : state_(std::make_shared<State>()) {}
  // Throws std::system_error when there can't be a thread.
  void post(Job job);
  // Whether all that was posted has run by then.
  bool wait_until(std::chrono::steady_clock::time_point deadline);

private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed, idle;
    std::deque<Job> jobs;
    bool is_waiting = false;
    bool has_thread = false;
    bool is_busy = false;
  };
  static void run(std::shared_ptr<State> state);

  const std::shared_ptr<State> state_;
};

// A thread for one call, which no signal is delivered to. Throws std::system_error.
void start_thread(std::function<void()> run);

} // namespace mortise::adbc
