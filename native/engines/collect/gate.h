// Who is inside of something that may be removed, so that its removal can wait for them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace mortise::collect {

using Deadline = std::chrono::steady_clock::time_point;
constexpr Deadline no_deadline = Deadline::max();

class Gate {
public:
  // Nobody enters any more.
  void close();
  bool is_closed() const { return closed_; }
  // Closes, and waits until no other thread is inside. False at the deadline.
  bool close_and_wait(Deadline deadline = no_deadline);
  bool is_in_use() const { return inside_ > 0; }

  // One stay inside, on the stack of the thread that calls.
  class Stay {
  public:
    explicit Stay(Gate &gate);
    ~Stay();
    Stay(const Stay &) = delete;
    Stay &operator=(const Stay &) = delete;
    // False when the gate was closed: then don't go on.
    explicit operator bool() const { return entered_; }

  private:
    friend class Gate;
    Gate &gate_;
    Stay *outer_;
    bool entered_;
  };

private:
  uint32_t stays_of_this_thread() const;
  void leave();

  std::atomic<uint32_t> inside_{0};
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::condition_variable left_;
};

// wait_until with the largest time overflows in some libraries.
template <typename Condition>
bool wait_until(std::condition_variable &variable, std::unique_lock<std::mutex> &lock, Deadline deadline,
                Condition condition) {
  if (deadline != no_deadline) return variable.wait_until(lock, deadline, condition);
  variable.wait(lock, condition);
  return true;
}

} // namespace mortise::collect
