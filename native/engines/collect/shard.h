// A part of the value cache: the series whose hashes end alike, under one lock, and the memory of their samples.
#pragma once

#include "engines/collect/key.h"
#include "engines/collect/sample.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace mortise::collect {

// Lives as long as the cache or one of its series: a sample may be dropped after its collector has gone.
class alignas(64) Shard {
public:
  static Shard *make() { return new Shard; }

  std::mutex mutex;
  uint64_t dispatched = 0;   // under the lock
  uint64_t out_of_order = 0; // the same

  // --- Under the lock.
  Series *find(const Key &key) const;
  Series *insert(const Key &key, const DataSets::Shared &set, uint64_t generation);
  // It is found no more; who holds it may go on.
  void erase(Series *series);
  // The same with all, and the memory of samples that are no more.
  void erase_all();
  size_t size() const { return size_; }
  template <typename Visit> void each(Visit visit) const {
    for (Series *series : buckets_)
      for (Series *next; series; series = next) {
        next = series->kept.next;
        visit(series);
      }
  }
  // With the series' own values and rates; `holders` must each drop it.
  Sample *sample(Series *series, Time time, Time interval, const Value *values, const double *rates,
                 const Metadata *metadata, uint32_t holders);

  // --- Any thread, without the lock.
  void give_back(Sample *sample);
  void drop();

private:
  // A block of a sample that is no more.
  struct Block {
    Block *next;
  };
  struct Pool {
    Block *free = nullptr; // under the lock
    alignas(64) std::atomic<Block *> returned{
        nullptr};                     // writers' threads push, and who has the lock takes all
    std::atomic<uint32_t> returns{0}; // about how many
  };

  Shard() = default;
  ~Shard();
  void grow();
  void empty_pools();
  void *block(uint32_t count);
  void hold() { holders_.fetch_add(1, std::memory_order_relaxed); }

  std::vector<Series *> buckets_;
  size_t size_ = 0;
  std::atomic<uint32_t> holders_{1};
  Pool pools_[2]; // of samples of one value, and of a few
};

} // namespace mortise::collect
