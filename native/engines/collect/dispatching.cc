// From a report to the writers.
#include "engines/collect/parts.h"

#include <algorithm>

namespace mortise::collect {
namespace {

// A clock that is further ahead than this would keep all later values of a series out of the cache.
constexpr Time max_ahead = 86400 * second;

// What makes a name or a time invalid; empty: it is not in the report, but in what a filter made of it.
std::string fault_of(const Report &report) {
  const Identity &name = report.identity;
  const struct {
    const char *what;
    std::string_view text;
    bool may_be_empty;
  } parts[] = {{"host", name.host, true},
               {"plugin", name.plugin, false},
               {"plugin instance", name.plugin_instance, true},
               {"type", name.type, false},
               {"type instance", name.type_instance, true}};
  for (const auto &part : parts) {
    const std::string its = std::string("its ") + part.what;
    if (part.text.empty() && !part.may_be_empty) return its + " is empty";
    if (part.text.size() > max_name) return its + " has " + std::to_string(part.text.size()) + " bytes";
    if (part.text.find('\0') != part.text.npos) return its + " has a zero byte";
  }
  constexpr Time hour = 3600 * second;
  const Time at = now();
  // The clock has gone on since it was refused.
  if (report.time <= at || report.time - at < max_ahead - hour) return "";
  return "its time is " + std::to_string((report.time - at + hour / 2) / hour) + " hours ahead";
}

std::string reason(Outcome outcome, const Report &report, const DataSets &types) {
  const std::string_view type = report.identity.type.substr(0, max_name);
  const size_t count = report.count;
  switch (outcome) {
  case outcome_unknown_type:
    return "its type " + std::string(type) + " is not known";
  case outcome_wrong_count:
    if (const DataSets::Shared set = types.find(type)) {
      const size_t sources = set->sources.size();
      return std::string(type) + " has " + std::to_string(sources) +
             (sources == 1 ? " value, " : " values, ") + std::to_string(count) + " came";
    }
    return "it has another number of values than its type has sources";
  case outcome_out_of_order:
    return "its time is not after that of the last one";
  case outcome_too_many:
    return "there are as many series as the collector keeps";
  default:
    const std::string fault = fault_of(report);
    return fault.empty() ? "a filter gave it a name that is not valid" : fault;
  }
}

const char *expectation(Outcome outcome) {
  switch (outcome) {
  case outcome_unknown_type:
    return "a type of a types.db, or one that a plugin added";
  case outcome_wrong_count:
    return "as many values as the type has sources";
  case outcome_out_of_order:
    return "a time after that of the series' last value";
  case outcome_too_many:
    return "a series that is there, or room for one more";
  default:
    return "names of 1 to 127 bytes, and a time of at most a day ahead";
  }
}

const char *remedy(Outcome outcome) {
  switch (outcome) {
  case outcome_unknown_type:
    return "Add the file that defines the type to the types.db files.";
  case outcome_out_of_order:
    return "It was written all the same. Look whether two readers dispatch the same series.";
  case outcome_too_many:
    return "Look for a reader that makes up new names with each run, or raise the limit.";
  default:
    return "Repair the plugin that dispatches it.";
  }
}

Identity identity_of(const Draft &draft) {
  return {draft.host, draft.plugin, draft.plugin_instance, draft.type, draft.type_instance};
}

} // namespace

const Outlets &Collector::Parts::outlets() const {
  struct Last {
    uint64_t number = 0;
    std::shared_ptr<const Outlets> outlets;
  };
  thread_local Last last;
  if (last.number != outlets_number_.load(std::memory_order_acquire)) {
    std::lock_guard<std::mutex> lock(outlets_mutex_);
    last = {outlets_number_.load(std::memory_order_relaxed), outlets_};
  }
  return *last.outlets;
}

void Collector::Parts::send(const Outlets &to, const Sample *sample) const {
  for (const auto &writer : to.writers)
    writer->push(sample);
  for (const auto &tap : to.taps)
    tap->push(sample);
}

Key Collector::Parts::key_of(const Identity &identity) const {
  if (!identity.host.empty()) return Key(identity);
  Identity filled = identity;
  filled.host = options.hostname;
  return Key(filled);
}

bool Collector::Parts::times_of(const Report &report, Time &time, Time &interval) const {
  const Time at = now();
  time = report.time ? report.time : at;
  interval = report.interval ? report.interval : Readers::interval_here();
  if (interval == 0) interval = options.interval;
  return time < at || time - at <= max_ahead;
}

void Collector::Parts::refused(Owner *owner, Outcome outcome, const Report &report) {
  const Identity &identity = report.identity;
  if (outcome == outcome_unknown_type) unknown_type++;
  if (outcome == outcome_wrong_count) wrong_count++;
  if (outcome == outcome_invalid) invalid++;
  if (outcome == outcome_too_many) too_many++;
  if (outcome == outcome_closed || !warnings.is_due(owner, outcome)) return;
  const std::string_view host = identity.host.empty() ? options.hostname : identity.host;
  const Identity name = {host.substr(0, max_name), identity.plugin.substr(0, max_name),
                         identity.plugin_instance.substr(0, max_name), identity.type.substr(0, max_name),
                         identity.type_instance.substr(0, max_name)};
  const std::string why = reason(outcome, report, types);
  warnings.tell(
      owner, Problem("MORTISE_WARN_COLLECT_REFUSED", "a value of '" + name.text() + "' was refused: " + why)
                 .in(name.text())
                 .expects(expectation(outcome))
                 .got(outcome == outcome_unknown_type ? std::string(name.type) : why)
                 .fix(remedy(outcome)));
}

int32_t Collector::Parts::dispatch(const Report &report, const Key &key) {
  const Outlets &to = outlets();
  Time time, interval;
  if (!key.is_valid() || !times_of(report, time, interval)) return outcome_invalid;
  Sample *sample = nullptr;
  const Outcome outcome =
      cache.update({key, report.values, report.count, time, interval, report.metadata, to.count()}, sample);
  if (sample) send(to, sample);
  return outcome;
}

// A filter may change everything, and names for which there is no series yet.
int32_t Collector::Parts::dispatch_filtered(const Outlets &to, const Report &report) {
  Draft draft;
  if (!times_of(report, draft.time, draft.interval)) return outcome_invalid;
  const Key given = key_of(report.identity);
  if (!given.is_valid()) return outcome_invalid;
  const Identity names = given.identity();
  const DataSets::Shared set = types.find(names.type);
  if (!set) return outcome_unknown_type;
  if (set->sources.size() != report.count) return outcome_wrong_count;
  draft.host = names.host;
  draft.plugin = names.plugin;
  draft.plugin_instance = names.plugin_instance;
  draft.type = names.type;
  draft.type_instance = names.type_instance;
  draft.values.assign(report.values, report.values + report.count);
  if (report.metadata) draft.metadata = *report.metadata;

  if (to.filter->has_before() && to.filter->before_cache(*set, draft) != Verdict::pass) {
    filtered++;
    return outcome_dispatched;
  }
  const auto arrival = [&](const Key &key, uint32_t holders) {
    return Cache::Arrival{key,        draft.values.data(), draft.values.size(),
                          draft.time, draft.interval,      draft.metadata.empty() ? nullptr : &draft.metadata,
                          holders};
  };
  const Key key(identity_of(draft));
  if (!key.is_valid()) return outcome_invalid;
  const bool has_after = to.filter->has_after();
  Sample *sample = nullptr;
  const Outcome outcome = cache.update(arrival(key, has_after ? 0 : to.count()), sample);
  if (sample) send(to, sample);
  if (!has_after || (outcome != outcome_dispatched && outcome != outcome_out_of_order)) return outcome;

  std::vector<std::string> names_of_writers;
  const Verdict verdict = to.filter->after_cache(*set, draft, names_of_writers);
  if (verdict == Verdict::stop) {
    filtered++;
    return outcome;
  }
  std::vector<std::shared_ptr<Writer>> chosen;
  for (const auto &writer : to.writers) {
    const auto &all = names_of_writers;
    if (verdict == Verdict::pass || std::find(all.begin(), all.end(), writer->name) != all.end())
      chosen.push_back(writer);
  }
  const Outlets chosen_outlets = {std::move(chosen), to.taps, nullptr};
  const Key last(identity_of(draft));
  if (!last.is_valid()) return outcome_invalid;
  const Outcome passed = cache.pass(arrival(last, chosen_outlets.count()), sample);
  if (sample) send(chosen_outlets, sample);
  return passed == outcome_dispatched ? outcome : passed;
}

int32_t Collector::dispatch(Owner *owner, const Report &report) {
  Parts &parts = *parts_;
  if (parts.is_closed.load(std::memory_order_relaxed)) return outcome_closed;
  int32_t outcome;
  if (parts.outlets().filter) {
    const std::shared_ptr<const Outlets> outlets = parts.shared_outlets();
    outcome = outlets->filter ? parts.dispatch_filtered(*outlets, report)
                              : parts.dispatch(report, parts.key_of(report.identity));
  } else {
    outcome = parts.dispatch(report, parts.key_of(report.identity));
  }
  if (outcome == outcome_dispatched) return outcome;
  if (parts.is_closed) return outcome_closed; // meanwhile: then nothing is known any more
  parts.refused(owner, static_cast<Outcome>(outcome), report);
  return outcome;
}

int32_t Collector::write(std::string_view name, const Report &report) {
  Parts &parts = *parts_;
  if (parts.is_closed) return outcome_closed;
  Outlets to = *parts.shared_outlets();
  if (!name.empty()) {
    to = {};
    if (const auto writer = parts.writer(name)) to.writers.push_back(writer);
    if (to.writers.empty()) return outcome_no_writer;
  }
  const Key key = parts.key_of(report.identity);
  Time time, interval;
  if (!key.is_valid() || !parts.times_of(report, time, interval)) return outcome_invalid;
  Sample *sample = nullptr;
  const Outcome outcome = parts.cache.pass(
      {key, report.values, report.count, time, interval, report.metadata, to.count()}, sample);
  if (sample) parts.send(to, sample);
  return outcome;
}

} // namespace mortise::collect
