// A series: an identity, kept once, with what the value cache knows of it.
#pragma once

#include "engines/collect/data_set.h"
#include "engines/collect/identity.h"
#include "engines/collect/metadata.h"
#include "engines/collect/time.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace mortise::collect {

class Shard;

// Lives until it has been missing and nobody holds it or a sample of it.
struct Series {
  // What the cache keeps of a series, changed under its shard's lock only. First, so that it lies together with the
  // names behind the series in the same block of memory.
  struct Kept {
    uint64_t hash = 0;
    Series *next = nullptr; // of those in the same bucket
    Shard *shard = nullptr;
    std::atomic<uint32_t> holders{1};
    uint32_t count = 0;
    uint64_t generation = 0; // of the data sets, when `set` was looked up
    Time time = 0, interval = 0;
    Time seen = 0;          // on the clock that only goes on
    bool is_listed = false; // in its shard
    bool is_known = false;  // a value came: else it is only a name
    int32_t state = 0;
    uint64_t hits = 0;
    size_t key_size = 0;
    Value *values = nullptr;
    double *rates = nullptr;
    const char *key = nullptr;
    // The rates before the last, as a ring of `history.size() / count`, when somebody asked for them.
    std::vector<double> history;
    size_t history_next = 0;
    std::unique_ptr<Metadata> metadata;
  };
  Kept kept;

  const uint64_t number;   // never used again for another
  const Identity identity; // points into the series' own memory
  const std::string text;  // Identity::text()
  const DataSets::Shared set;

  // Any thread: for who keeps one beyond its callback.
  void hold() const { const_cast<Series *>(this)->kept.holders.fetch_add(1, std::memory_order_relaxed); }
  void drop() const {
    if (const_cast<Series *>(this)->kept.holders.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }

  Series(const Series &) = delete;
  Series &operator=(const Series &) = delete;

private:
  friend class Shard;
  static Series *make(Shard *shard, uint64_t hash, const char *key, size_t key_size, DataSets::Shared set,
                      uint64_t generation);
  Series(const char *key, DataSets::Shared set);
  void destroy() const;
};

} // namespace mortise::collect
