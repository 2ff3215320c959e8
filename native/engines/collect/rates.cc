#include "engines/collect/rates.h"

#include <cmath>
#include <cstring>

namespace mortise::collect {
namespace {

// What lies between, also when it wrapped round.
uint64_t counted(uint64_t before, uint64_t now) {
  const bool wrapped_at_32 = before > now && before <= UINT32_MAX;
  return wrapped_at_32 ? static_cast<uint32_t>(now - before) : now - before;
}

void limit(Series &series) {
  Series::Kept &kept = series.kept;
  const Source *const sources = series.set->sources.data();
  for (uint32_t i = 0; i < kept.count; i++)
    if (kept.rates[i] < sources[i].min || kept.rates[i] > sources[i].max) kept.rates[i] = std::nan("");
}

void remember(Series::Kept &kept) {
  if (kept.history.empty()) return;
  std::memcpy(&kept.history[kept.history_next], kept.rates, kept.count * sizeof(double));
  kept.history_next = (kept.history_next + kept.count) % kept.history.size();
}

} // namespace

void update_rates(Series &series, const Value *values, Time time) {
  Series::Kept &kept = series.kept;
  const Source *const sources = series.set->sources.data();
  const double elapsed = in_seconds(time - kept.time);
  for (uint32_t i = 0; i < kept.count; i++) {
    switch (sources[i].kind) {
    case Kind::counter:
      kept.rates[i] = static_cast<double>(counted(kept.values[i].counter, values[i].counter)) / elapsed;
      break;
    case Kind::gauge:
      kept.rates[i] = values[i].gauge;
      break;
    case Kind::derive:
      // Unsigned, since a difference of two signed numbers may not fit.
      kept.rates[i] =
          static_cast<double>(static_cast<int64_t>(values[i].absolute - kept.values[i].absolute)) / elapsed;
      break;
    case Kind::absolute:
      kept.rates[i] = static_cast<double>(values[i].absolute) / elapsed;
      break;
    }
    kept.values[i] = values[i];
  }
  limit(series);
  remember(kept);
}

void first_rates(Series &series, const Value *values, Time interval) {
  Series::Kept &kept = series.kept;
  for (uint32_t i = 0; i < kept.count; i++) {
    const Kind kind = series.set->sources[i].kind;
    kept.rates[i] = std::nan("");
    if (kind == Kind::gauge) kept.rates[i] = values[i].gauge;
    if (kind == Kind::absolute && interval > 0)
      kept.rates[i] = static_cast<double>(values[i].absolute) / in_seconds(interval);
    kept.values[i] = values[i];
  }
  limit(series);
  remember(kept);
}

} // namespace mortise::collect
