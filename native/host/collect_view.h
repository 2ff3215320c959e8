// What the collector has, as plugins see it through include/mortise/collect.h, and back.
#pragma once

#include "engines/collect/notification.h"
#include "engines/collect/sample.h"
#include "engines/text.h"

#include <mortise/collect.h>
#include <mortise/log.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mortise {

// Nanoseconds come back as they were: a unit of the collector's is a little less than one.
uint64_t nanoseconds_of(collect::Time time);
// What lies beyond 292 years is cut there.
collect::Time time_of(uint64_t nanoseconds);

inline mortise_text text_of(std::string_view text) {
  return {text.data(), text.size()};
}
// The plugin's memory; a null is empty.
inline std::string_view view_of(mortise_text text) {
  return text.data ? std::string_view(text.data, static_cast<size_t>(text.size)) : std::string_view();
}

mortise_collect_identity identity_of(const collect::Identity &identity);

// Appends the members, which point into `metadata`.
void append_members(const collect::Metadata &metadata, std::vector<mortise_member> &members);

// Data sets as C has them, at addresses that stay. Equal ones of a type are one. Any thread.
class CollectSets {
public:
  const mortise_collect_set *find(const collect::DataSets::Shared &set);

private:
  struct View {
    collect::DataSets::Shared set;
    std::vector<mortise_collect_source> sources;
    mortise_collect_set as_c;
  };

  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<View>> views_; // by type
};

bool same_set(const collect::DataSet &left, const collect::DataSet &right);

// A batch of samples as C has them, until the next; one thread at a time.
class CollectBatch {
public:
  explicit CollectBatch(CollectSets &sets) : sets_(sets) {}

  const mortise_collect_sample *const *fill(const collect::Sample *const *samples, size_t count);

private:
  const mortise_collect_set *set_of(const collect::Series &series);

  CollectSets &sets_;
  std::vector<mortise_collect_series> series_;
  std::vector<mortise_collect_sample> samples_;
  std::vector<const mortise_collect_sample *> places_;
  std::vector<mortise_member> members_;
  // What was found lately, so that the lock is seldom taken. Each holds its key, whose address no other then gets.
  static constexpr size_t known_count = 64;
  std::pair<collect::DataSets::Shared, const mortise_collect_set *> known_[known_count];
};

mortise_collect_series series_of(const collect::Series &series, CollectSets &sets);

} // namespace mortise
