// The callbacks of one kind, by name.
#pragma once

#include "engines/collect/gate.h"
#include "engines/owner.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mortise::collect {

// The problem of a name that is taken.
Problem name_taken(const char *kind, const std::string &name, const Owner *by);

template <typename Function> struct Registration {
  Registration(Owner *owner_, std::string name_, Function function_)
      : owner(owner_), name(std::move(name_)), function(std::move(function_)) {}
  Owner *const owner;
  const std::string name;
  const Function function;
  Gate gate;
};

// Any thread. Who calls one holds it, and stays in its gate.
template <typename Function> class Registrations {
public:
  using One = std::shared_ptr<Registration<Function>>;
  using All = std::shared_ptr<const std::vector<One>>;

  explicit Registrations(const char *kind) : kind_(kind) {}

  bool add(Owner *owner, std::string name, Function function, Problem &problem) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const One &one : *all_) {
      if (one->name != name) continue;
      problem = name_taken(kind_, name, one->owner);
      return false;
    }
    auto next = std::make_shared<std::vector<One>>(*all_);
    next->push_back(std::make_shared<Registration<Function>>(owner, std::move(name), std::move(function)));
    all_ = std::move(next);
    any_.store(true, std::memory_order_relaxed);
    return true;
  }

  // In the order of their registration.
  All all() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return all_;
  }

  // Whether there may be one, for those who ask often.
  bool any() const { return any_.load(std::memory_order_relaxed); }

  // Waits until none of that name runs any more, but no longer than the deadline. False when there is none.
  bool remove(std::string_view name, Deadline deadline = no_deadline) {
    const auto gone = take([&](const One &one) { return one->name == name; });
    for (const One &one : gone)
      one->gate.close_and_wait(deadline);
    return !gone.empty();
  }

  // False when one still runs at the deadline.
  bool remove(const Owner *owner, Deadline deadline) {
    bool ended = true;
    for (const One &one : take([&](const One &it) { return it->owner == owner; }))
      ended = one->gate.close_and_wait(deadline) && ended;
    return ended;
  }

  // Calls each that is still registered, until `visit` is false.
  template <typename Visit> void call_each(Visit visit) const {
    const All now = all();
    for (const One &one : *now) {
      const Gate::Stay stay(one->gate);
      if (stay && !visit(*one)) return;
    }
  }

  // Takes out what `condition` holds for: whoever does so is the only one that has them.
  template <typename Condition> std::vector<One> take(Condition condition) {
    std::lock_guard<std::mutex> lock(mutex_);
    std::vector<One> gone, kept;
    for (const One &one : *all_)
      (condition(one) ? gone : kept).push_back(one);
    any_.store(!kept.empty(), std::memory_order_relaxed);
    if (!gone.empty()) all_ = std::make_shared<const std::vector<One>>(std::move(kept));
    return gone;
  }

private:
  const char *const kind_;
  mutable std::mutex mutex_;
  std::atomic<bool> any_{false};
  All all_ = std::make_shared<const std::vector<One>>();
};

} // namespace mortise::collect
