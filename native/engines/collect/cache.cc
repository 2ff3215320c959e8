#include "engines/collect/cache.h"
#include "engines/collect/rates.h"
#include "engines/collect/shard.h"

#include <cmath>

namespace mortise::collect {
namespace {

Cache::Known known_of(const Series &series) {
  const Series::Kept &kept = series.kept;
  Cache::Known known;
  known.values.assign(kept.values, kept.values + kept.count);
  known.rates.assign(kept.rates, kept.rates + kept.count);
  known.time = kept.time;
  known.interval = kept.interval;
  known.state = kept.state;
  known.hits = kept.hits;
  if (kept.metadata) known.metadata = *kept.metadata;
  return known;
}

} // namespace

Cache::Cache(const DataSets &types, size_t max_series) : types_(types), max_series_(max_series) {
  for (Shard *&shard : shards_)
    shard = Shard::make();
}

Cache::~Cache() {
  give_up();
  for (Shard *shard : shards_)
    shard->drop();
}

void Cache::give_up() {
  for (Shard *shard : shards_) {
    std::lock_guard<std::mutex> lock(shard->mutex);
    shard->erase_all();
  }
}

void Cache::forget(Shard &shard, Series *series) {
  names_--;
  if (series->kept.is_known) size_--;
  shard.erase(series);
}

Series *Cache::series_for(Shard &shard, const Arrival &arrival, Outcome &outcome) {
  Series *series = shard.find(arrival.key);
  const uint64_t generation = types_.generation();
  if (!series || series->kept.generation != generation) {
    const DataSets::Shared set = types_.find(arrival.key.identity().type);
    if (series && series->set == set) {
      series->kept.generation = generation;
    } else {
      if (series) forget(shard, series);
      outcome = !set                                   ? outcome_unknown_type
                : set->sources.size() != arrival.count ? outcome_wrong_count
                : names_ >= max_series_                ? outcome_too_many
                                                       : outcome_dispatched;
      if (outcome != outcome_dispatched) return nullptr;
      names_++;
      series = shard.insert(arrival.key, set, generation);
    }
  }
  if (series->kept.count == arrival.count) return series;
  outcome = outcome_wrong_count;
  return nullptr;
}

Outcome Cache::update(const Arrival &arrival, Sample *&sample) {
  Shard &part = shard(arrival.key);
  Outcome outcome = outcome_dispatched;
  std::lock_guard<std::mutex> lock(part.mutex);
  Series *const series = series_for(part, arrival, outcome);
  if (!series) return outcome;
  Series::Kept &kept = series->kept;
  if (!kept.is_known) {
    first_rates(*series, arrival.values, arrival.interval);
    if (arrival.metadata) kept.metadata = std::make_unique<Metadata>(*arrival.metadata);
    kept.is_known = true;
    size_++;
  } else if (arrival.time > kept.time) {
    update_rates(*series, arrival.values, arrival.time);
  } else {
    outcome = outcome_out_of_order;
    part.out_of_order++;
  }
  if (outcome == outcome_dispatched) {
    kept.time = arrival.time;
    kept.interval = arrival.interval;
    kept.seen = roughly_running_for();
    part.dispatched++;
  }
  if (arrival.holders > 0)
    sample = part.sample(series, arrival.time, arrival.interval, arrival.values, kept.rates, arrival.metadata,
                         arrival.holders);
  return outcome;
}

Outcome Cache::pass(const Arrival &arrival, Sample *&sample) {
  Shard &part = shard(arrival.key);
  Outcome outcome = outcome_dispatched;
  std::lock_guard<std::mutex> lock(part.mutex);
  Series *const series = series_for(part, arrival, outcome);
  if (!series) return outcome;
  if (!series->kept.is_known) {
    series->kept.interval = arrival.interval;
    series->kept.seen = roughly_running_for();
  }
  if (arrival.holders > 0)
    sample =
        part.sample(series, arrival.time, arrival.interval, arrival.values,
                    arrival.rates ? arrival.rates : series->kept.rates, arrival.metadata, arrival.holders);
  return outcome;
}

void Cache::expire(uint32_t timeout, const std::function<void(const Series &, Time last)> &missing) {
  const auto is_old = [&](const Series *series, Time now) {
    const Series::Kept &kept = series->kept;
    const Time limit = kept.interval > UINT64_MAX / 2 / timeout ? UINT64_MAX : kept.interval * timeout;
    return now > kept.seen && now - kept.seen >= limit;
  };
  for (Shard *part : shards_) {
    std::vector<Series *> old;
    std::vector<Time> last;
    {
      std::lock_guard<std::mutex> lock(part->mutex);
      const Time now = roughly_running_for();
      part->each([&](Series *series) {
        if (!is_old(series, now)) return;
        series->hold();
        old.push_back(series);
        last.push_back(series->kept.is_known ? series->kept.time : 0);
      });
    }
    // Before it is forgotten, so that who hears of it can still ask what was known.
    for (size_t i = 0; i < old.size(); i++)
      if (last[i] != 0) missing(*old[i], last[i]);
    {
      std::lock_guard<std::mutex> lock(part->mutex);
      const Time now = roughly_running_for();
      for (Series *series : old)
        if (series->kept.is_listed && is_old(series, now)) forget(*part, series);
    }
    for (Series *series : old)
      series->drop();
  }
}

uint64_t Cache::dispatched() const {
  uint64_t sum = 0;
  for (Shard *part : shards_) {
    std::lock_guard<std::mutex> lock(part->mutex);
    sum += part->dispatched;
  }
  return sum;
}

uint64_t Cache::out_of_order() const {
  uint64_t sum = 0;
  for (Shard *part : shards_) {
    std::lock_guard<std::mutex> lock(part->mutex);
    sum += part->out_of_order;
  }
  return sum;
}

template <typename Visit> bool Cache::at(const Identity &identity, Visit visit) const {
  const Key key(identity);
  if (!key.is_valid()) return false;
  Shard &part = shard(key);
  std::lock_guard<std::mutex> lock(part.mutex);
  Series *const series = part.find(key);
  if (!series || !series->kept.is_known) return false;
  visit(*series);
  return true;
}

std::optional<Cache::Known> Cache::find(const Identity &identity) const {
  std::optional<Known> known;
  at(identity, [&](const Series &series) { known = known_of(series); });
  return known;
}

std::optional<std::vector<double>> Cache::history(const Identity &identity, size_t count) {
  std::optional<std::vector<double>> rates;
  if (count == 0 || count > max_history) return rates;
  at(identity, [&](Series &series) {
    Series::Kept &kept = series.kept;
    const size_t size = count * kept.count;
    std::vector<double> ordered(kept.history.begin() + static_cast<ptrdiff_t>(kept.history_next),
                                kept.history.end());
    ordered.insert(ordered.end(), kept.history.begin(),
                   kept.history.begin() + static_cast<ptrdiff_t>(kept.history_next));
    if (ordered.empty()) ordered.assign(kept.rates, kept.rates + kept.count);
    if (ordered.size() < size) {
      ordered.insert(ordered.begin(), size - ordered.size(), std::nan(""));
      kept.history = ordered;
      kept.history_next = 0;
    }
    rates.emplace(ordered.end() - static_cast<ptrdiff_t>(size), ordered.end());
  });
  return rates;
}

bool Cache::set_state(const Identity &identity, int32_t state) {
  return at(identity, [&](Series &series) { series.kept.state = state; });
}

bool Cache::set_hits(const Identity &identity, uint64_t hits) {
  return at(identity, [&](Series &series) { series.kept.hits = hits; });
}

std::optional<uint64_t> Cache::add_hits(const Identity &identity, uint64_t by) {
  std::optional<uint64_t> before;
  at(identity, [&](Series &series) {
    before = series.kept.hits;
    series.kept.hits += by;
  });
  return before;
}

bool Cache::with_metadata(const Identity &identity, const std::function<void(Metadata &)> &change) {
  return at(identity, [&](Series &series) {
    if (!series.kept.metadata) series.kept.metadata = std::make_unique<Metadata>();
    change(*series.kept.metadata);
  });
}

void Cache::each(const std::function<void(const Series &, const Known &)> &visit) const {
  for (Shard *part : shards_) {
    std::vector<std::pair<Series *, Known>> all;
    {
      std::lock_guard<std::mutex> lock(part->mutex);
      part->each([&](Series *series) {
        if (!series->kept.is_known) return;
        series->hold();
        all.emplace_back(series, known_of(*series));
      });
    }
    for (const auto &[series, known] : all) {
      visit(*series, known);
      series->drop();
    }
  }
}

} // namespace mortise::collect
