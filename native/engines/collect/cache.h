// The value cache: of each series the last values, their rates and when they came. Split into shards, each under a lock.
#pragma once

#include "engines/collect/key.h"
#include "engines/collect/outcome.h"
#include "engines/collect/sample.h"
#include "engines/collect/series.h"
#include "engines/collect/time.h"

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mortise::collect {

class Cache {
public:
  // `types` lives longer.
  Cache(const DataSets &types, size_t max_series);
  ~Cache();
  Cache(const Cache &) = delete;
  Cache &operator=(const Cache &) = delete;

  // What is known of a series, as it was at one moment.
  struct Known {
    std::vector<Value> values;
    std::vector<double> rates;
    Time time, interval;
    int32_t state;
    uint64_t hits;
    Metadata metadata;
  };
  std::optional<Known> find(const Identity &identity) const;
  // The last `count` rates of each source, oldest first: count × sources numbers. Kept from the first time on that
  // somebody asks for them.
  static constexpr size_t max_history = 100000;
  std::optional<std::vector<double>> history(const Identity &identity, size_t count);
  bool set_state(const Identity &identity, int32_t state);
  bool set_hits(const Identity &identity, uint64_t hits);
  std::optional<uint64_t> add_hits(const Identity &identity, uint64_t by);
  // Changes a series' metadata under its lock. False when there is no such series.
  bool with_metadata(const Identity &identity, const std::function<void(Metadata &)> &change);
  // In no order. What comes and goes meanwhile may be missed.
  void each(const std::function<void(const Series &, const Known &)> &visit) const;
  // Of the series that are known.
  size_t size() const { return size_.load(std::memory_order_relaxed); }

  // --- The collector's.
  struct Arrival {
    const Key &key;
    const Value *values;
    size_t count;
    Time time, interval; // neither is 0
    const Metadata *metadata;
    uint32_t holders;              // of the sample; 0: none is wanted
    const double *rates = nullptr; // for pass(): other ones than the cache has
  };
  // Makes of it the series' last value, and a sample. One that comes too late gives a sample too, with the rates that
  // there are.
  Outcome update(const Arrival &arrival, Sample *&sample);
  // Only a sample, of a series that needn't be known.
  Outcome pass(const Arrival &arrival, Sample *&sample);
  // Forgets series that haven't been seen for `timeout` of their intervals, after `missing` heard of them. It is called
  // without a lock.
  void expire(uint32_t timeout, const std::function<void(const Series &, Time last)> &missing);
  // Forgets all, for the end: no series is found from now on. Counts stay as they are, and `size` too.
  void give_up();
  uint64_t dispatched() const;
  uint64_t out_of_order() const;

private:
  static constexpr size_t shard_count = 32;

  Shard &shard(const Key &key) const { return *shards_[key.hash() & (shard_count - 1)]; }
  // The series of an arrival, made when there is none; null: the outcome says why. Under the shard's lock.
  Series *series_for(Shard &shard, const Arrival &arrival, Outcome &outcome);
  void forget(Shard &shard, Series *series);
  template <typename Visit> bool at(const Identity &identity, Visit visit) const;

  const DataSets &types_;
  const size_t max_series_;
  std::atomic<size_t> size_{0}, names_{0}; // names: known and unknown
  std::array<Shard *, shard_count> shards_;
};

} // namespace mortise::collect
