// Counters, gauges and histograms, per plugin name: lock-free to change, listed under a lock.
#pragma once

#include "engines/problems.h"

#include <mortise/mortise.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

// Opaque to plugins. Never freed: a plugin's thread may still hold it.
struct mortise_metric {
  enum Kind : int32_t { counter, gauge, histogram };

  mortise_metric(Kind kind, std::string name, std::string help, std::vector<double> bounds)
      : kind(kind), name(std::move(name)), help(std::move(help)), bounds(std::move(bounds)),
        buckets(new std::atomic<uint64_t>[this->bounds.size() + 1]()) {}

  const Kind kind;
  const std::string name, help;
  const std::vector<double> bounds; // of a histogram, growing
  std::atomic<uint64_t> count{0};   // a counter's value
  std::atomic<double> number{0};    // a gauge's value, a histogram's sum
  // How many values fell at or under each bound and above the one before; the last has those above all.
  const std::unique_ptr<std::atomic<uint64_t>[]> buckets;

  void add(uint64_t amount);
  void set(double value);
  void observe(double value);
};

namespace mortise {

class Metrics {
public:
  // The metric of that plugin and name, made when there is none. Null, and `problem` filled, when it can't be.
  mortise_metric *find(const std::string &plugin, mortise_metric::Kind kind, const std::string &name,
                       const std::string &help, std::vector<double> bounds, Problem &problem);

  struct Entry {
    std::string plugin;
    const mortise_metric *metric;
  };
  // In the order of plugin and name.
  std::vector<Entry> list();

private:
  static constexpr size_t max_metrics = 1024; // of one plugin
  static constexpr size_t max_bounds = 64;

  std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::unique_ptr<mortise_metric>>> plugins_;
};

} // namespace mortise
