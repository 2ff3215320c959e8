// How often each entry point of each plugin is called, and how long calls take. Counts are exact. Of an entry point that
// is called often and is quick, one call in 64 is timed, at random, and stands for those before it: reading the clock
// twice costs more than the call.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mortise {

struct Owner;

// Nanoseconds in buckets that grow with what they hold: eight to each power of two, so that none is wider than an
// eighth of its values. Any thread.
class Durations {
public:
  static constexpr size_t parts = 8;
  static constexpr size_t size = 38 * parts; // up to 2^40 ns, 18 minutes; the last one has what is above, too

  static size_t bucket_of(uint64_t nanoseconds);
  // The greatest number of nanoseconds that falls there.
  static uint64_t most_in(size_t bucket);

  // `weight`: for how many calls it stands.
  void add(uint64_t nanoseconds, uint64_t weight = 1) {
    buckets_[bucket_of(nanoseconds)].fetch_add(weight, std::memory_order_relaxed);
    sum_.fetch_add(nanoseconds * weight, std::memory_order_relaxed);
  }
  uint64_t at(size_t bucket) const { return buckets_[bucket].load(std::memory_order_relaxed); }
  uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }

private:
  std::array<std::atomic<uint64_t>, size> buckets_{};
  std::atomic<uint64_t> sum_{0};
};

// One entry point of one plugin.
class CallCount {
public:
  CallCount(std::string plugin, std::string entry) : plugin(std::move(plugin)), entry(std::move(entry)) {}

  const std::string plugin, entry;

  using Clock = std::chrono::steady_clock;
  static uint64_t since(Clock::time_point start) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count());
  }

  // A call that was timed, and stands for itself. Any thread.
  void add(uint64_t nanoseconds) {
    timed_.fetch_add(1, std::memory_order_relaxed);
    durations_.add(nanoseconds);
  }

  // Before a call of one that may be quick, on the host's own thread only: 0, or the call is to be timed and `took` told
  // for how many calls it stands.
  uint32_t begin() { return --left_ > 0 ? 0 : draw(); }
  void took(uint64_t nanoseconds, uint32_t weight) {
    is_slow_ = nanoseconds >= slow;
    durations_.add(nanoseconds, weight);
  }

  // Both on the host's own thread.
  uint64_t count() const { return timed_.load(std::memory_order_relaxed) + drawn_ - left_; }
  const Durations &durations() const { return durations_; }

private:
  static constexpr uint64_t slow = 4000;    // beside which two looks at the clock cost less than 2 %
  static constexpr uint64_t all_until = 64; // so many are timed each
  static constexpr uint32_t one_in = 64;

  uint32_t draw();

  uint32_t left_ = 1; // calls until one is timed
  uint32_t gap_ = 1;  // how many those were
  uint64_t drawn_ = 1;
  uint32_t random_ = 2463534242;
  bool is_slow_ = false;
  std::atomic<uint64_t> timed_{0};
  Durations durations_;
};

// Those of a host. Never freed: a plugin's thread may still call.
class Calls {
public:
  // Any thread. `entry` is one of few: an entry point's name, or a function's.
  CallCount &of(const std::string &plugin, const std::string &entry);
  // In the order of plugin and entry point. On the host's own thread.
  std::vector<const CallCount *> list();

private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<CallCount>> counts_;
};

// Times what it lives through, where the plugin's host observes calls.
class Timed {
public:
  Timed(const Owner &plugin, const char *entry);
  ~Timed() {
    if (count_) count_->add(CallCount::since(start_));
  }
  Timed(const Timed &) = delete;
  Timed &operator=(const Timed &) = delete;

private:
  CallCount *const count_;
  CallCount::Clock::time_point start_;
};

} // namespace mortise
