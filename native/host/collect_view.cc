#include "host/collect_view.h"

#include <algorithm>
#include <cmath>

namespace mortise {
namespace {

constexpr uint64_t billion = 1000000000;
constexpr uint64_t fraction = collect::second - 1;

mortise_value value_of(const collect::MetadataValue &from) {
  mortise_value value = {};
  if (const auto *text = std::get_if<std::string>(&from)) {
    value.type = MORTISE_VALUE_TEXT;
    value.as.text = text_of(*text);
  } else if (const auto *boolean = std::get_if<bool>(&from)) {
    value.type = MORTISE_VALUE_BOOLEAN;
    value.as.boolean = *boolean;
  } else if (const auto *number = std::get_if<double>(&from)) {
    value.type = MORTISE_VALUE_DOUBLE;
    value.as.number = *number;
  } else if (const auto *integer = std::get_if<int64_t>(&from)) {
    value.type = MORTISE_VALUE_INTEGER;
    value.as.integer = *integer;
  } else if (const auto *natural = std::get_if<uint64_t>(&from)) {
    const bool fits = *natural <= INT64_MAX;
    value.type = fits ? MORTISE_VALUE_INTEGER : MORTISE_VALUE_DOUBLE;
    if (fits)
      value.as.integer = static_cast<int64_t>(*natural);
    else
      value.as.number = static_cast<double>(*natural);
  }
  return value;
}

// NaN is the same limit as NaN: none.
bool same_limit(double left, double right) {
  return left == right || (std::isnan(left) && std::isnan(right));
}

} // namespace

uint64_t nanoseconds_of(collect::Time time) {
  return (time >> 30) * billion + (((time & fraction) * billion + collect::second / 2) >> 30);
}

collect::Time time_of(uint64_t nanoseconds) {
  const uint64_t bounded = std::min(nanoseconds, static_cast<uint64_t>(INT64_MAX));
  return ((bounded / billion) << 30) + (((bounded % billion) << 30) + billion / 2) / billion;
}

mortise_collect_identity identity_of(const collect::Identity &identity) {
  return {text_of(identity.host), text_of(identity.plugin), text_of(identity.plugin_instance),
          text_of(identity.type), text_of(identity.type_instance)};
}

void append_members(const collect::Metadata &metadata, std::vector<mortise_member> &members) {
  for (const auto &[key, value] : metadata)
    members.push_back({text_of(key), value_of(value)});
}

bool same_set(const collect::DataSet &left, const collect::DataSet &right) {
  return left.type == right.type &&
         std::equal(left.sources.begin(), left.sources.end(), right.sources.begin(), right.sources.end(),
                    [](const collect::Source &one, const collect::Source &other) {
                      return one.name == other.name && one.kind == other.kind &&
                             same_limit(one.min, other.min) && same_limit(one.max, other.max);
                    });
}

const mortise_collect_set *CollectSets::find(const collect::DataSets::Shared &set) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::deque<View> &views = views_[set->type];
  for (const View &view : views)
    if (view.set == set || same_set(*view.set, *set)) return &view.as_c;
  View &view = views.emplace_back();
  view.set = set;
  for (const collect::Source &source : set->sources)
    view.sources.push_back(
        {text_of(source.name), static_cast<int32_t>(source.kind), 0, source.min, source.max});
  view.as_c = {sizeof view.as_c, static_cast<uint32_t>(view.sources.size()), text_of(set->type),
               view.sources.data()};
  return &view.as_c;
}

const mortise_collect_set *CollectBatch::set_of(const collect::Series &series) {
  auto &known = known_[(reinterpret_cast<uintptr_t>(series.set.get()) >> 5) % known_count];
  if (known.first != series.set) known = {series.set, sets_.find(series.set)};
  return known.second;
}

const mortise_collect_sample *const *CollectBatch::fill(const collect::Sample *const *samples, size_t count) {
  size_t members = 0;
  for (size_t i = 0; i < count; i++)
    if (samples[i]->metadata) members += samples[i]->metadata->size();
  series_.clear();
  samples_.clear();
  places_.clear();
  members_.clear();
  // What points into them must stay where it is.
  series_.reserve(count);
  samples_.reserve(count);
  places_.reserve(count);
  members_.reserve(members);
  for (size_t i = 0; i < count; i++) {
    const collect::Sample &from = *samples[i];
    const collect::Series &series = *from.series;
    series_.push_back({sizeof(mortise_collect_series), 0, series.number, identity_of(series.identity),
                       text_of(series.text), set_of(series)});
    const size_t first = members_.size();
    if (from.metadata) append_members(*from.metadata, members_);
    samples_.push_back({sizeof(mortise_collect_sample), from.count, &series_.back(),
                        reinterpret_cast<const mortise_collect_value *>(from.values()), from.rates(),
                        nanoseconds_of(from.time), nanoseconds_of(from.interval), members_.data() + first,
                        static_cast<uint32_t>(members_.size() - first), 0});
    places_.push_back(&samples_.back());
  }
  return places_.data();
}

mortise_collect_series series_of(const collect::Series &series, CollectSets &sets) {
  return {
      sizeof(mortise_collect_series), 0, series.number, identity_of(series.identity), text_of(series.text),
      sets.find(series.set)};
}

} // namespace mortise
