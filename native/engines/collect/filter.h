// What may change or stop values on their way, as collectd's filter chains do.
#pragma once

#include "engines/collect/sample.h"

#include <string>
#include <vector>

namespace mortise::collect {

// A report that may be changed: the memory is the draft's own.
struct Draft {
  std::string host, plugin, plugin_instance, type, type_instance;
  std::vector<Value> values;
  Time time, interval;
  Metadata metadata;
};

enum class Verdict : int32_t {
  pass,    // to the cache; after the cache: to all writers
  stop,    // nobody sees it any more
  written, // after the cache only: to those that `write` was called for
};

// On the dispatching thread, several at once. There is at most one of each in a collector.
class Filter {
public:
  virtual ~Filter() = default;
  virtual Verdict before_cache(const DataSet &set, Draft &draft) = 0;
  // Writers that get the sample are named in `writers` when the answer is `written`.
  virtual Verdict after_cache(const DataSet &set, Draft &draft, std::vector<std::string> &writers) = 0;
  virtual bool has_before() const = 0;
  virtual bool has_after() const = 0;
};

} // namespace mortise::collect
