// mortise.metrics
#include "services/built_in.h"
#include "host/plugin.h"

#include <cmath>

namespace mortise {
namespace {

mortise_metric *find(const mortise_host *host, mortise_metric::Kind kind, mortise_text name,
                     mortise_text help, std::vector<double> bounds) {
  Plugin *plugin = Plugin::of(host);
  Problem problem;
  mortise_metric *metric = plugin->owner.metrics.find(plugin->name, kind, string_of(name), string_of(help),
                                                      std::move(bounds), problem);
  if (!metric) plugin->report(std::move(problem));
  return metric;
}

mortise_metric *counter(const mortise_host *host, mortise_text name, mortise_text help) {
  return find(host, mortise_metric::counter, name, help, {});
}

mortise_metric *gauge(const mortise_host *host, mortise_text name, mortise_text help) {
  return find(host, mortise_metric::gauge, name, help, {});
}

mortise_metric *histogram(const mortise_host *host, mortise_text name, mortise_text help,
                          const double *bounds, uint32_t count) {
  // A count that is too large is refused as such: one more than may be is enough to see. Bounds that aren't there are
  // refused as well.
  const uint32_t read = count < 65 ? count : 65;
  if (!bounds && count > 0)
    return find(host, mortise_metric::histogram, name, help, std::vector<double>(read, NAN));
  return find(host, mortise_metric::histogram, name, help,
              read > 0 ? std::vector<double>(bounds, bounds + read) : std::vector<double>());
}

void add(const mortise_host *, mortise_metric *metric, uint64_t amount) {
  if (metric) metric->add(amount);
}

void set(const mortise_host *, mortise_metric *metric, double value) {
  if (metric) metric->set(value);
}

void observe(const mortise_host *, mortise_metric *metric, double value) {
  if (metric) metric->observe(value);
}

} // namespace

const mortise_metrics_v1 metrics_table = {
    sizeof(mortise_metrics_v1), 0, counter, gauge, histogram, add, set, observe};

} // namespace mortise
