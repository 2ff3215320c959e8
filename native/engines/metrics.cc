#include "engines/metrics.h"

#include <algorithm>
#include <cmath>

namespace mortise {
namespace {

bool is_metric_name(const std::string &name) {
  if (name.empty() || name.size() > 127) return false;
  for (size_t i = 0; i < name.size(); i++) {
    const char c = name[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (!letter && (i == 0 || !other)) return false;
  }
  return true;
}

// Each greater than the one before, and none of them NaN.
bool grows(const std::vector<double> &bounds) {
  for (size_t i = 0; i < bounds.size(); i++) {
    if (std::isnan(bounds[i]) || (i > 0 && !(bounds[i] > bounds[i - 1]))) return false;
  }
  return true;
}

const char *const kinds[] = {"counter", "gauge", "histogram"};

} // namespace

mortise_metric *Metrics::find(const std::string &plugin, mortise_metric::Kind kind, const std::string &name,
                              const std::string &help, std::vector<double> bounds, Problem &problem) {
  const std::string where = std::string("mortise.metrics.") + kinds[kind];
  const auto refuse = [&](const char *code, const std::string &message, const std::string &expected,
                          const std::string &found, const std::string &remedy) {
    problem = Problem(code, message).in(where).expects(expected).got(found).fix(remedy);
    return nullptr;
  };
  const char *argument = "MORTISE_ERR_SERVICE_ARGUMENT";
  if (!is_metric_name(name)) {
    const std::string shown = "\"" + name.substr(0, 130) + "\"";
    return refuse(argument, shown + " is not a valid name of a metric",
                  "1 to 127 letters, digits, \"_\" and \".\", a letter first", shown,
                  "Ask its author to name it as in queries_total.");
  }
  if (bounds.size() > max_bounds || !grows(bounds)) {
    return refuse(argument, name + ": its bounds aren't at most 64 numbers that grow",
                  "at most 64 numbers, each greater than the one before",
                  std::to_string(bounds.size()) + " bounds",
                  "Ask its author to sort the bounds and take out what stands there twice.");
  }
  std::lock_guard<std::mutex> lock(mutex_);
  auto &metrics = plugins_[plugin];
  const auto found = metrics.find(name);
  if (found != metrics.end()) {
    mortise_metric *metric = found->second.get();
    if (metric->kind == kind && metric->bounds == bounds) return metric;
    const std::string is = kinds[metric->kind];
    return refuse(argument,
                  name + " is a " + is + " already" + (metric->kind == kind ? ", with other bounds" : ""),
                  "the same kind and bounds each time", kinds[kind],
                  "Ask its author to give the second metric a name of its own.");
  }
  if (metrics.size() == max_metrics) {
    return refuse("MORTISE_ERR_SERVICE_LIMIT",
                  "has " + std::to_string(max_metrics) + " metrics, and asked for another",
                  "at most " + std::to_string(max_metrics), name,
                  "Ask its author not to make metrics of names that come from data.");
  }
  auto made = std::make_unique<mortise_metric>(kind, name, help.substr(0, 1024), std::move(bounds));
  return (metrics[name] = std::move(made)).get();
}

std::vector<Metrics::Entry> Metrics::list() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Entry> entries;
  for (const auto &plugin : plugins_) {
    for (const auto &metric : plugin.second)
      entries.push_back({plugin.first, metric.second.get()});
  }
  return entries;
}

} // namespace mortise

void mortise_metric::add(uint64_t amount) {
  if (kind == counter) count.fetch_add(amount, std::memory_order_relaxed);
}

void mortise_metric::set(double value) {
  if (kind == gauge) number.store(value, std::memory_order_relaxed);
}

void mortise_metric::observe(double value) {
  if (kind != histogram || std::isnan(value)) return;
  const size_t bucket =
      static_cast<size_t>(std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin());
  buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  double sum = number.load(std::memory_order_relaxed);
  while (!number.compare_exchange_weak(sum, sum + value, std::memory_order_relaxed)) {
  }
}
