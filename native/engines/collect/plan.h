// Which reader is due when, and the threads that wait for it. All under one lock, its owner's.
//
// The idle threads wait for the times of the first readers, a thread for each. So a run costs one wake of one thread,
// and a thread that the system wakes too late is helped out by the next one: who is awake takes what is due first.
#pragma once

#include "engines/collect/reader.h"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace mortise::collect {

class Plan {
public:
  using One = std::shared_ptr<Reader>;
  using Lock = std::unique_lock<std::mutex>;

  // Once, even when it stood there before. Who isn't going to wait() or take() itself calls wake() afterwards.
  void add(const One &reader, Time due);
  void remove(const One &reader);
  void clear() { readers_.clear(); }
  // The first one that is due, and no longer in the plan; null: there is none.
  One take(Time now);

  // Until a reader may be due, or wake_all().
  void wait(Lock &lock);
  // Lets an idle thread wait for a reader that came, or for which a thread that has ended would have woken.
  void wake();
  void wake_all();

private:
  struct Idle {
    Time until;
    std::condition_variable woken;
  };

  Time uncovered() const;
  void insert(Idle *idle);

  std::multimap<Time, One> readers_;
  std::vector<Idle *> idle_; // who wakes first stands first
};

} // namespace mortise::collect
