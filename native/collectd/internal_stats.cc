#include "collectd/internal_stats.h"

namespace mortise::collectd {
namespace {

int32_t dispatch(collect::Collector &collector, Owner *owner, const char *instance, const char *type,
                 const char *type_instance, collect::Value value) {
  collect::Report report{};
  report.identity = {"", "collectd", instance, type, type_instance};
  report.values = &value;
  report.count = 1;
  return collector.dispatch(owner, report);
}

collect::Value gauge(double number) {
  collect::Value value;
  value.gauge = number;
  return value;
}

} // namespace

bool add_internal_stats(collect::Collector &collector, Owner *owner) {
  const auto read = [&collector, owner] {
    size_t waiting = 0;
    uint64_t dropped = 0;
    // One queue a writer: the longest is what collectd's one queue would be.
    for (const collect::WriterState &writer : collector.writers()) {
      if (writer.waiting > waiting) waiting = writer.waiting;
      dropped += writer.dropped;
    }
    collect::Value count;
    count.derive = static_cast<int64_t>(dropped);
    int32_t failed =
        dispatch(collector, owner, "write_queue", "queue_length", "", gauge(static_cast<double>(waiting)));
    failed |= dispatch(collector, owner, "write_queue", "derive", "dropped", count);
    failed |= dispatch(collector, owner, "cache", "cache_size", "",
                       gauge(static_cast<double>(collector.counts().series)));
    return failed;
  };
  Problem problem;
  return collector.add_reader(owner, "collectd", "collectd", 0, read, problem);
}

} // namespace mortise::collectd
