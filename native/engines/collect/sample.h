// One dispatched list of values, made once and shared by all who write it.
#pragma once

#include "engines/collect/data_set.h"
#include "engines/collect/metadata.h"
#include "engines/collect/series.h"
#include "engines/collect/time.h"

#include <atomic>
#include <memory>
#include <utility>

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

private:
  friend class Cache;
  friend class Shard;
  mutable std::atomic<uint32_t> holders_;

public:
  const uint32_t count;                           // of values, as the data set has sources
  const std::unique_ptr<const Metadata> metadata; // may be null

  const Value *values() const { return reinterpret_cast<const Value *>(this + 1); }
  const DataSet &set() const { return *series->set; }
  // What the value cache made of each value as it was dispatched; NaN where there is no rate yet.
  const double *rates() const { return reinterpret_cast<const double *>(values() + count); }

  void hold() const { holders_.fetch_add(1, std::memory_order_relaxed); }
  void drop() const {
    // The only holder needs no atomic change.
    if (holders_.load(std::memory_order_acquire) == 1 ||
        holders_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      destroy();
  }

  Sample(const Sample &) = delete;
  Sample &operator=(const Sample &) = delete;

private:
  Sample(Series *of, Time at, Time every, uint32_t values, std::unique_ptr<const Metadata> facts,
         uint32_t holders)
      : series(of), time(at), interval(every), holders_(holders), count(values), metadata(std::move(facts)) {}
  ~Sample() = default;
  void destroy() const;
};

} // namespace mortise::collect
