#include "engines/collect/series.h"
#include "engines/collect/key.h"
#include "engines/collect/sample.h"
#include "engines/collect/shard.h"

#include <cmath>
#include <cstring>
#include <new>

namespace mortise::collect {
namespace {

std::atomic<uint64_t> last_number{0};

} // namespace

Series::Series(const char *key, DataSets::Shared data_set)
    : number(++last_number), identity(Key::unpack(key)), text(identity.text()), set(std::move(data_set)) {}

Series *Series::make(Shard *shard, uint64_t hash, const char *key, size_t key_size, DataSets::Shared set,
                     uint64_t generation) {
  const size_t count = set->sources.size();
  const size_t numbers = count * (sizeof(Value) + sizeof(double));
  char *const memory = static_cast<char *>(::operator new(sizeof(Series) + numbers + key_size));
  char *const names = memory + sizeof(Series) + numbers;
  std::memcpy(names, key, key_size);
  Series *const series = new (memory) Series(names, std::move(set));
  Kept &kept = series->kept;
  kept.hash = hash;
  kept.shard = shard;
  kept.count = static_cast<uint32_t>(count);
  kept.generation = generation;
  kept.key_size = key_size;
  kept.key = names;
  kept.values = reinterpret_cast<Value *>(memory + sizeof(Series));
  kept.rates = reinterpret_cast<double *>(memory + sizeof(Series) + count * sizeof(Value));
  std::memset(static_cast<void *>(kept.values), 0, count * sizeof(Value));
  for (size_t i = 0; i < count; i++)
    kept.rates[i] = std::nan("");
  return series;
}

void Series::destroy() const {
  Series *const self = const_cast<Series *>(this);
  Shard *const shard = self->kept.shard;
  self->~Series();
  ::operator delete(self);
  shard->drop();
}

void Sample::destroy() const {
  Series *const of = series;
  of->kept.shard->give_back(const_cast<Sample *>(this));
  of->drop();
}

} // namespace mortise::collect
