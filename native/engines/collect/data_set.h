// What the values of one type are: `if_octets` has two, rx and tx, both derived. Read from types.db, or added by plugins.
#pragma once

#include "engines/problems.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mortise::collect {

// The numbers are collectd's.
enum class Kind : int32_t { counter = 0, gauge = 1, derive = 2, absolute = 3 };

union Value {
  uint64_t counter;
  double gauge;
  int64_t derive;
  uint64_t absolute;
};

constexpr size_t max_name = 127;   // bytes of each part of an identity, and of a source's name
constexpr size_t max_values = 256; // of one data set

struct Source {
  std::string name;
  Kind kind;
  double min, max; // NaN: no limit
};

// Never changes once it is added, and lives as long as anybody holds it.
struct DataSet {
  std::string type;
  std::vector<Source> sources;
};

// Any thread.
class DataSets {
public:
  using Shared = std::shared_ptr<const DataSet>;

  // Null when there is none of that type.
  Shared find(std::string_view type) const;
  // Takes the place of one with the same type. False, and `problem` filled, when it has no sources, too many, or a
  // name that is empty or too long.
  bool add(DataSet set, Problem &problem);
  bool remove(std::string_view type);
  // The text of a types.db. Each line that isn't valid is a problem that names file, line and what was expected; the
  // others are added. Returns how many were.
  size_t read(std::string_view text, const std::string &path, std::vector<Problem> &problems);
  std::vector<Shared> list() const;
  // Forgets all, for the end; who holds one keeps it.
  void give_up();
  // Grows with each change, so that who holds a set knows when to ask again.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Shared> sets_;
  std::atomic<uint64_t> generation_{1};
};

} // namespace mortise::collect
