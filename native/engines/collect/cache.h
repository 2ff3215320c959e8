// The value cache: of each series the last values, their rates and when they came. Split into shards, each under a lock.
#pragma once

#include "engines/collect/series.h"
#include "engines/collect/time.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mortise::collect {

class Cache {
public:
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
  std::optional<std::vector<double>> history(const Identity &identity, size_t count);
  bool set_state(const Identity &identity, int32_t state);
  bool set_hits(const Identity &identity, uint64_t hits);
  std::optional<uint64_t> add_hits(const Identity &identity, uint64_t by);
  // Changes a series' metadata under its lock. False when there is no such series.
  bool with_metadata(const Identity &identity, const std::function<void(Metadata &)> &change);
  // In no order. What comes and goes meanwhile may be missed.
  void each(const std::function<void(const Series &, const Known &)> &visit) const;
  size_t size() const;
  // … the collector's: update, expire
};

} // namespace mortise::collect
