// What plugins did wrong while they ran, until JavaScript takes it and makes coded problems of it.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mortise {

struct Owner;

// The fields of a Problem in src/errors.ts.
struct Problem {
  std::string code; // of the catalogue
  std::string message, where, expected, found, remedy;
  bool fails_start = false; // the plugin fails when it happens in register or init

  Problem() = default;
  Problem(std::string code_, std::string message_) : code(std::move(code_)), message(std::move(message_)) {}

  // One after the other, so that a reader sees which is which.
  Problem &&in(std::string text) && {
    where = std::move(text);
    return std::move(*this);
  }
  Problem &&expects(std::string text) && {
    expected = std::move(text);
    return std::move(*this);
  }
  Problem &&got(std::string text) && {
    found = std::move(text);
    return std::move(*this);
  }
  Problem &&fix(std::string text) && {
    remedy = std::move(text);
    return std::move(*this);
  }
  Problem &&failing_start() && {
    fails_start = true;
    return std::move(*this);
  }
};

// Any thread. Bounded, because a plugin may do the same wrong in a loop: what is there already isn't added
// again, and what no longer fits is counted.
class ProblemList {
public:
  struct Entry {
    const Owner *plugin;
    Problem problem;
  };

  // Called, without a lock, after the first of a batch. Set before the first add.
  std::function<void()> wake;

  void add(const Owner *plugin, Problem problem);
  // Takes all; adds to `lost` how many there were too many.
  std::vector<Entry> take(uint64_t &lost);
  // Takes those because of which a plugin fails that starts.
  std::vector<Entry> take_failures(const Owner *plugin);

private:
  static constexpr size_t max = 256;

  std::mutex mutex_;
  std::vector<Entry> entries_;
  uint64_t lost_ = 0;
};

} // namespace mortise
