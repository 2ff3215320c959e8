#include "host/collecting.h"

#include "host/plugin.h"

#include <algorithm>
#include <thread>

namespace mortise {
namespace {

// How long what waits for a writer may take when its plugin stops.
constexpr std::chrono::seconds settle_limit{8};

// What needs no types.db: one value of each kind, and what most readers have.
constexpr const char *plain_types = "counter value:COUNTER:U:U\n"
                                    "gauge value:GAUGE:U:U\n"
                                    "derive value:DERIVE:U:U\n"
                                    "absolute value:ABSOLUTE:U:U\n"
                                    "percent value:GAUGE:U:U\n"
                                    "bytes value:GAUGE:U:U\n"
                                    "count value:GAUGE:U:U\n"
                                    "duration value:GAUGE:U:U\n";

// Stands for the TypeScript that opened the host.
struct Embedder final : Owner {
  explicit Embedder(Host &its_host) : Owner("mortise"), host(its_host) { is_embedder = true; }

  void report(Problem problem) override { host.problems.add(this, std::move(problem)); }
  // It has no cells.
  void fill_wanting(const std::string &, uint32_t) override {}
  void empty_wanting(const void *) override {}

  Host &host;
};

} // namespace

collect::Collector &HostCollecting::get() {
  if (collect::Collector *collector = made()) return *collector;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (collect::Collector *collector = made()) return *collector;
  Owner *nobody = new Embedder(host_);
  collect::Collector *collector = new collect::Collector(options);
  std::vector<Problem> none;
  collector->types.read(plain_types, "mortise", none);
  collector->set_report(
      [nobody](Owner *owner, Problem problem) { (owner ? owner : nobody)->report(std::move(problem)); });
  embedder_.store(nobody, std::memory_order_release);
  made_.store(collector, std::memory_order_release);
  return *collector;
}

collect::Collector *HostCollecting::made() const {
  return made_.load(std::memory_order_acquire);
}

void HostCollecting::hear(Owner &plugin, int32_t severity, std::string_view line) const {
  // Counted as syslog does: from debug to error.
  static constexpr int32_t syslog[] = {7, 6, 4, 3};
  collect::Collector *collector = made();
  if (collector && collector->hears())
    collector->log(&plugin, syslog[std::clamp<int32_t>(severity, MORTISE_LOG_DEBUG, MORTISE_LOG_ERROR)],
                   line);
}

Owner &HostCollecting::embedder() {
  get();
  return *embedder_.load(std::memory_order_acquire);
}

Owner &HostCollecting::new_embedder() {
  return *new Embedder(host_);
}

bool HostCollecting::has_settled(Owner &plugin) {
  collect::Collector *collector = made();
  if (!collector) return true;
  std::shared_ptr<std::atomic<bool>> &ended = settling_[&plugin];
  if (!ended) {
    ended = std::make_shared<std::atomic<bool>>(false);
    // Never joined: what hangs in a plugin keeps nobody waiting.
    std::thread([collector, owner = &plugin, state = ended] {
      collector->remove(owner, settle_limit);
      *state = true;
    }).detach();
  }
  return *ended;
}

bool HostCollecting::leave(Owner &plugin, std::chrono::milliseconds limit) {
  collect::Collector *collector = made();
  return !collector || collector->remove(&plugin, limit);
}

} // namespace mortise
