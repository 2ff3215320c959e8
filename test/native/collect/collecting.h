// What the drivers in this directory share.
#pragma once

#include "check.h"
#include "engines/collect/collector.h"
#include "engines/collect/tap.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace mortise;
using namespace mortise::collect;
using namespace std::chrono_literals;

// A plugin that keeps what it is told of.
struct Someone final : Owner {
  explicit Someone(std::string name) : Owner(std::move(name)) {}
  void report(Problem) override {}
  void fill_wanting(const std::string &, uint32_t) override {}
  void empty_wanting(const void *) override {}
};

// What a collector tells, also when it outlives this.
class Told {
public:
  explicit Told(Collector &collector) {
    collector.set_report([state = state_](Owner *owner, Problem problem) {
      std::lock_guard<std::mutex> lock(state->mutex);
      state->all.push_back({owner, std::move(problem)});
    });
  }
  size_t count(const std::string &code, const Owner *owner = nullptr) {
    std::lock_guard<std::mutex> lock(state_->mutex);
    size_t found = 0;
    for (const auto &[by, problem] : state_->all)
      found += problem.code == code && (!owner || by == owner);
    return found;
  }

private:
  struct State {
    std::mutex mutex;
    std::vector<std::pair<Owner *, Problem>> all;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

inline void add_types(DataSets &types) {
  std::vector<Problem> problems;
  const char *const text = "# comment\n"
                           "counter value:COUNTER:0:U\n"
                           "gauge\tvalue:GAUGE:U:U\n"
                           "derive value:DERIVE:0:U\n"
                           "signed value:DERIVE:U:U\n"
                           "absolute value:ABSOLUTE:0:U\n"
                           "percent value:GAUGE:0:100.1\n"
                           "if_octets rx:DERIVE:0:U, tx:DERIVE:0:U\n";
  CHECK(types.read(text, "types.db", problems) == 7 && problems.empty());
}

inline Options quick(Time interval = of_seconds(0.05)) {
  Options options;
  options.hostname = "here";
  options.interval = interval;
  return options;
}

inline Value gauge(double number) {
  Value value;
  value.gauge = number;
  return value;
}

inline Value number(uint64_t count) {
  Value value;
  value.counter = count;
  return value;
}

inline Identity called(std::string_view type, std::string_view instance = "") {
  return {"", "test", "", type, instance};
}

inline int32_t send(Collector &collector, Owner *owner, Identity identity, Value value, Time time = 0,
                    Time interval = 0) {
  return collector.dispatch(owner, {identity, &value, 1, time, interval, nullptr});
}

template <typename Condition> bool soon(Condition condition) {
  for (int i = 0; i < 10000 && !condition(); i++)
    std::this_thread::sleep_for(1ms);
  return condition();
}
