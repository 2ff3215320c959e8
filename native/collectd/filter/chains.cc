#include "collectd/filter/chains.h"

#include "collectd/filter/drafted.h"

#include <cstring>
#include <optional>
#include <utility>

namespace mortise::collectd {
namespace {

bool same(const collect::Draft &one, const collect::Draft &other) {
  return one.host == other.host && one.plugin == other.plugin &&
         one.plugin_instance == other.plugin_instance && one.type == other.type &&
         one.type_instance == other.type_instance && one.time == other.time &&
         one.interval == other.interval && one.metadata == other.metadata &&
         one.values.size() == other.values.size() &&
         std::memcmp(one.values.data(), other.values.data(), one.values.size() * sizeof(collect::Value)) == 0;
}

void send(collect::Collector &collector, const collect::Draft &draft,
          const std::vector<std::string> &writers) {
  collect::Report report{};
  report.identity = {draft.host, draft.plugin, draft.plugin_instance, draft.type, draft.type_instance};
  report.values = draft.values.data();
  report.count = draft.values.size();
  report.time = draft.time;
  report.interval = draft.interval;
  report.metadata = &draft.metadata;
  if (writers.empty()) collector.write({}, report);
  for (const std::string &writer : writers)
    collector.write(writer, report);
}

// What the target `write` was called for after the cache. The values as they are the first time go on their way as all
// others do; what a chain changes and writes again is sent apart.
struct Written {
  std::optional<collect::Draft> first;
  bool to_all = false;
  std::vector<std::string> writers;

  void add(collect::Draft now, const std::vector<std::string> &names, collect::Collector &collector) {
    if (first && (to_all || names.empty() || !same(*first, now))) return send(collector, now, names);
    first = std::move(now);
    to_all = names.empty();
    writers.insert(writers.end(), names.begin(), names.end());
  }
};

} // namespace

Chains::Chains(ChainList chains, const Names &names, SetOf set_of, collect::Collector &collector)
    : chains_(std::move(chains)), before_(find(chains_, names.before)), after_(find(chains_, names.after)),
      set_of_(std::move(set_of)), collector_(collector) {}

collect::Verdict Chains::before_cache(const collect::DataSet &set, collect::Draft &draft) {
  const data_set_t *const known = set_of_(set.type);
  if (!known) return collect::Verdict::pass; // removed meanwhile; the cache says so
  Drafted drafted(draft);
  const auto write = [&](const std::vector<std::string> &names) { send(collector_, drafted.copy(), names); };
  const Next next = before_->process({known, &drafted.list(), write});
  return next == Next::stop ? collect::Verdict::stop : collect::Verdict::pass;
}

collect::Verdict Chains::after_cache(const collect::DataSet &set, collect::Draft &draft,
                                     std::vector<std::string> &writers) {
  const data_set_t *const known = set_of_(set.type);
  if (!known) return collect::Verdict::stop;
  Written written;
  {
    Drafted drafted(draft);
    const auto write = [&](const std::vector<std::string> &names) {
      written.add(drafted.copy(), names, collector_);
    };
    after_->process({known, &drafted.list(), write});
  }
  if (!written.first) return collect::Verdict::stop;
  draft = std::move(*written.first);
  writers = std::move(written.writers);
  return written.to_all ? collect::Verdict::pass : collect::Verdict::written;
}

} // namespace mortise::collectd
