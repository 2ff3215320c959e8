#include "engines/collect/shard.h"
#include "engines/collect/prefetch.h"

#include <cstring>
#include <new>

namespace mortise::collect {
namespace {

// Most samples have few values: their blocks are used again, without the allocator and its locks. That of a single
// value is one line of the processor's cache.
constexpr std::align_val_t line{64};
constexpr uint32_t pooled_values[] = {1, 5};
constexpr size_t block_size(uint32_t count) {
  return sizeof(Sample) + count * (sizeof(Value) + sizeof(double));
}
static_assert(block_size(1) <= 64, "a sample of one value is one line");
constexpr uint32_t max_pooled = 4096;

size_t pool_of(uint32_t count) {
  return count <= pooled_values[0] ? 0 : 1;
}

bool is_pooled(uint32_t count) {
  return count <= pooled_values[1];
}

constexpr size_t first_buckets = 64;

} // namespace

Shard::~Shard() {
  empty_pools();
}

void Shard::empty_pools() {
  for (Pool &pool : pools_) {
    for (Block *chain : {pool.free, pool.returned.exchange(nullptr, std::memory_order_acquire)})
      while (chain) {
        Block *const next = chain->next;
        ::operator delete(chain, line);
        chain = next;
      }
    pool.free = nullptr;
    pool.returns.store(0, std::memory_order_relaxed);
  }
}

void Shard::drop() {
  if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

Series *Shard::find(const Key &key) const {
  if (buckets_.empty()) return nullptr;
  Series *series = buckets_[(key.hash() >> 8) & (buckets_.size() - 1)];
  for (; series; series = series->kept.next) {
    const Series::Kept &kept = series->kept;
    if (kept.hash == key.hash() && kept.key_size == key.size() &&
        std::memcmp(kept.key, key.data(), key.size()) == 0)
      return series;
  }
  return nullptr;
}

void Shard::grow() {
  const std::vector<Series *> old = std::move(buckets_);
  buckets_.assign(old.empty() ? first_buckets : old.size() * 2, nullptr);
  for (Series *series : old)
    for (Series *next; series; series = next) {
      next = series->kept.next;
      Series *&bucket = buckets_[(series->kept.hash >> 8) & (buckets_.size() - 1)];
      series->kept.next = bucket;
      bucket = series;
    }
}

Series *Shard::insert(const Key &key, const DataSets::Shared &set, uint64_t generation) {
  if (size_ >= buckets_.size()) grow();
  Series *const series = Series::make(this, key.hash(), key.data(), key.size(), set, generation);
  hold();
  Series *&bucket = buckets_[(key.hash() >> 8) & (buckets_.size() - 1)];
  series->kept.next = bucket;
  bucket = series;
  series->kept.is_listed = true;
  size_++;
  return series;
}

void Shard::erase(Series *series) {
  Series **at = &buckets_[(series->kept.hash >> 8) & (buckets_.size() - 1)];
  while (*at != series)
    at = &(*at)->kept.next;
  *at = series->kept.next;
  size_--;
  series->kept.is_listed = false;
  series->drop();
}

void Shard::erase_all() {
  each([](Series *series) {
    series->kept.is_listed = false;
    series->drop();
  });
  std::vector<Series *>().swap(buckets_);
  size_ = 0;
  empty_pools();
}

void *Shard::block(uint32_t count) {
  if (!is_pooled(count)) return ::operator new(block_size(count), line);
  const size_t index = pool_of(count);
  Pool &pool = pools_[index];
  if (!pool.free) {
    pool.free = pool.returned.exchange(nullptr, std::memory_order_acquire);
    pool.returns.store(0, std::memory_order_relaxed);
  }
  if (!pool.free) return ::operator new(block_size(pooled_values[index]), line);
  Block *const block = pool.free;
  pool.free = block->next;
  prefetch(pool.free);
  return block;
}

Sample *Shard::sample(Series *series, Time time, Time interval, const Value *values, const double *rates,
                      const Metadata *metadata, uint32_t holders) {
  const uint32_t count = series->kept.count;
  auto facts = metadata ? std::make_unique<const Metadata>(*metadata) : nullptr;
  Sample *const sample = new (block(count)) Sample(series, time, interval, count, std::move(facts), holders);
  series->hold();
  std::memcpy(static_cast<void *>(sample + 1), values, count * sizeof(Value));
  std::memcpy(const_cast<double *>(sample->rates()), rates, count * sizeof(double));
  return sample;
}

void Shard::give_back(Sample *sample) {
  const uint32_t count = sample->count;
  sample->~Sample();
  Pool &pool = pools_[pool_of(count)];
  if (!is_pooled(count) || pool.returns.load(std::memory_order_relaxed) >= max_pooled)
    return ::operator delete(sample, line);
  pool.returns.fetch_add(1, std::memory_order_relaxed);
  Block *const block = new (static_cast<void *>(sample)) Block{pool.returned.load(std::memory_order_relaxed)};
  while (!pool.returned.compare_exchange_weak(block->next, block, std::memory_order_release,
                                              std::memory_order_relaxed)) {
  }
}

} // namespace mortise::collect
