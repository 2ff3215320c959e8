// The value cache, as plugins ask for it.
#include "collectd/daemon.h"

#include "collectd/convert.h"
#include "collectd/metadata_box.h"

#include <algorithm>

namespace mortise::collectd {
namespace {

Gateway::Known to_known(const collect::Cache::Known &from) {
  Gateway::Known to;
  to.values.resize(from.values.size());
  if (!from.values.empty())
    memcpy(to.values.data(), from.values.data(), from.values.size() * sizeof from.values[0]);
  to.rates = from.rates;
  to.time = from.time;
  to.interval = from.interval;
  to.state = from.state;
  to.hits = static_cast<int>(from.hits);
  return to;
}

bool find_in(const collect::Cache &cache, const collect::Identity &identity, Gateway::Known &known) {
  const auto found = cache.find(identity);
  if (found) known = to_known(*found);
  return found.has_value();
}

} // namespace

bool Daemon::find(const char *name, Known &known) {
  collect::Identity identity;
  return collect::Identity::parse(name, identity) && find_in(collector_.cache(), identity, known);
}

bool Daemon::find(const value_list_t *list, Known &known) {
  return find_in(collector_.cache(), identity_of(*list), known);
}

const double *Daemon::rates_here(const value_list_t *list, size_t &count) {
  const Work &here = Work::here();
  if (!here.sample || here.list != list) return nullptr;
  count = here.sample->count;
  return here.sample->rates();
}

std::vector<Gateway::Entry> Daemon::entries(bool with_meta) {
  std::vector<Entry> list;
  collector_.cache().each([&](const collect::Series &series, const collect::Cache::Known &known) {
    list.push_back({series.text, to_known(known), with_meta ? box(known.metadata) : nullptr});
  });
  std::sort(list.begin(), list.end(), [](const Entry &a, const Entry &b) { return a.name < b.name; });
  return list;
}

// The engine's is oldest first, step by step.
bool Daemon::history(const char *name, size_t steps, std::vector<double> &rates) {
  collect::Identity identity;
  if (steps == 0 || !collect::Identity::parse(name, identity)) return false;
  const auto found = collector_.cache().history(identity, steps);
  if (!found) return false;
  const size_t sources = found->size() / steps;
  rates.resize(found->size());
  for (size_t step = 0; step < steps; step++)
    std::copy_n(found->begin() + static_cast<ptrdiff_t>((steps - 1 - step) * sources), sources,
                rates.begin() + static_cast<ptrdiff_t>(step * sources));
  return true;
}

bool Daemon::set_state(const value_list_t *list, int state) {
  return collector_.cache().set_state(identity_of(*list), state);
}

bool Daemon::set_hits(const value_list_t *list, int hits) {
  return collector_.cache().set_hits(identity_of(*list), static_cast<uint64_t>(hits));
}

bool Daemon::add_hits(const value_list_t *list, int step, int &before) {
  const auto hits = collector_.cache().add_hits(identity_of(*list), static_cast<uint64_t>(step));
  if (hits) before = static_cast<int>(*hits);
  return hits.has_value();
}

bool Daemon::with_meta(const value_list_t *list, void (*change)(meta_data_t *, void *), void *context) {
  return collector_.cache().with_metadata(identity_of(*list), [&](collect::Metadata &metadata) {
    meta_data_t data;
    data.entries.swap(metadata);
    change(&data, context);
    data.entries.swap(metadata);
  });
}

} // namespace mortise::collectd
