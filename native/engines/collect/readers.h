// When readers run: threads that take whichever is due.
#pragma once

#include "engines/collect/gate.h"
#include "engines/collect/plan.h"
#include "engines/collect/states.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::collect {

// Held by its threads too, which aren't joined: a reader that hangs keeps nobody waiting.
class Readers : public std::enable_shared_from_this<Readers> {
public:
  // Told of each run, on the reader's thread and without a lock.
  using Told = std::function<void(const Reader &, int32_t status)>;

  Readers(uint32_t threads, Time max_interval, Told told);

  bool add(Owner *owner, std::string name, std::string group, Time interval, Read read, Problem &problem);
  // They begin no more. Waits until none of them runs, unless it is asked from inside of it, or one of them waits for
  // the removal of a reader on this thread; false at the deadline.
  using Condition = std::function<bool(const Reader &)>;
  bool remove(const Condition &condition, Deadline deadline, size_t &removed);
  void start();
  // None begins any more. False when one still runs at the deadline.
  bool stop(Deadline deadline);
  // Runs each that the condition holds for on the calling thread. How many failed.
  uint32_t run_now(const Condition &condition);
  // Starts threads in place of those that hang in a reader.
  void replace_stuck_threads();
  bool is_running(const Owner *owner) const;

  std::vector<ReaderState> states() const;
  // Of the reader on this thread; 0: there is none.
  static Time interval_here();

private:
  using One = Plan::One;
  using Lock = Plan::Lock;

  void plan_first(const One &reader);
  void thread();
  void start_thread();
  // Its status. `due`: when it should have begun.
  int32_t run(const One &reader, Time due, Lock &lock);
  bool wait_for(Lock &lock, Deadline deadline, const Condition &condition);
  bool waits_for_here(const Reader &reader, size_t steps) const;
  static bool is_here(const Reader &reader);

  struct Wait;

  const size_t wanted_threads_;
  const Time max_interval_;
  const Told told_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, One, std::less<>> readers_;
  Plan plan_;
  std::vector<One> running_; // also those that were removed meanwhile
  std::vector<const Wait *> waits_;
  size_t threads_ = 0, stuck_ = 0;
  size_t spread_ = 0; // how many got a first time
  bool is_started_ = false, is_stopped_ = false;
};

} // namespace mortise::collect
