// One dispatched list of values, made once and shared by all who write it.
#pragma once

#include "engines/collect/data_set.h"
#include "engines/collect/metadata.h"
#include "engines/collect/series.h"
#include "engines/collect/time.h"

#include <atomic>
#include <memory>

namespace mortise::collect {

// What a reader dispatches: all of it is the caller's, and copied.
struct Report {
  Identity identity; // an empty host is the collector's
  const Value *values;
  size_t count;
  Time time = 0;     // 0: now
  Time interval = 0; // 0: the reader's, else the collector's
  const Metadata *metadata = nullptr;
};

// Counted: whoever keeps one beyond its callback calls `hold`, and then `drop`. Any thread.
// Values and rates follow the object in the same block of memory.
class Sample {
public:
  Series *const series; // held by the sample
  const Time time, interval;
  const uint32_t count;                           // of values, as the data set has sources
  const std::unique_ptr<const Metadata> metadata; // may be null

  const Value *values() const;
  const DataSet &set() const;
  // What the value cache made of each value as it was dispatched; NaN where there is no rate yet.
  const double *rates() const;

  void hold() const;
  void drop() const;

  Sample(const Sample &) = delete;
  Sample &operator=(const Sample &) = delete;

private:
  friend class Collector;
  friend class Cache;
  mutable std::atomic<uint32_t> holders_{1};
  // … the engine's own
};

} // namespace mortise::collect
