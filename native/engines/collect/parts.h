// What a collector consists of. Threads that hang in a plugin keep it after the collector has gone.
#pragma once

#include "engines/collect/collector.h"
#include "engines/collect/deadline_calls.h"
#include "engines/collect/key.h"
#include "engines/collect/readers.h"
#include "engines/collect/registrations.h"
#include "engines/collect/tap.h"
#include "engines/collect/warnings.h"
#include "engines/collect/writer.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace mortise::collect {

// Where samples go. Never changed: another takes its place.
struct Outlets {
  std::vector<std::shared_ptr<Writer>> writers;
  std::vector<std::shared_ptr<Tap>> taps;
  std::shared_ptr<Filter> filter;

  uint32_t count() const { return static_cast<uint32_t>(writers.size() + taps.size()); }
};

struct Collector::Parts : std::enable_shared_from_this<Collector::Parts> {
  explicit Parts(Options given);
  static std::shared_ptr<Parts> make(Options options);

  // --- registering.cc
  bool is_open(const char *kind, const std::string &name, Problem &problem);
  std::shared_ptr<Writer> writer(std::string_view name) const;
  std::shared_ptr<Writer> make_writer(Owner *owner, const std::string &name, Write write, Problem &problem);
  void forget_writer(const std::shared_ptr<Writer> &writer);
  bool remove_readers(const Readers::Condition &condition, Deadline deadline);
  bool remove_writer(std::string_view name, Deadline deadline);
  std::shared_ptr<const Outlets> shared_outlets() const;
  template <typename Change> void change_outlets(Change change);

  // --- dispatching.cc
  // Valid until this thread asks again.
  const Outlets &outlets() const;
  void send(const Outlets &outlets, const Sample *sample) const;
  int32_t dispatch(const Report &report, const Key &key);
  int32_t dispatch_filtered(const Outlets &outlets, const Report &report);
  // A key with the host filled in.
  Key key_of(const Identity &identity) const;
  bool times_of(const Report &report, Time &time, Time &interval) const;
  void refused(Owner *owner, Outcome outcome, const Report &report);

  // --- living.cc
  void tell_of_reader(const Reader &reader, int32_t status);
  void tell_of_drops();
  void keep_house();
  void look_after();
  void expire();
  void sweep_taps();
  bool flush_one(const Writer::Flushing &flush, Time age, std::string_view identifier, Deadline deadline);
  // The same before the end, when nothing may keep the caller: one that doesn't end is told of.
  bool flush_last(const Writer::Flushing &flush, Deadline deadline);
  // Of one owner; null: of all. False when one still runs.
  bool run_shutdowns(const Owner *owner, Deadline deadline);
  // On a thread of its own. False when it failed, or still runs, which is told.
  bool call_last(const char *kind, const std::string &name, Owner *owner, std::function<int32_t()> call,
                 Deadline deadline);
  bool is_running(const Owner *owner) const;
  bool shut_down(std::chrono::milliseconds limit);

  const Options options;
  DataSets types;
  Cache cache;
  Warnings warnings;
  std::shared_ptr<Readers> readers;
  const std::shared_ptr<DeadlineCalls> last_calls = std::make_shared<DeadlineCalls>();
  Registrations<Flush> flushes{"flush callback"};
  Registrations<Log> logs{"log callback"};
  Registrations<Notify> notifies{"notification callback"};
  Registrations<Missing> missings{"callback for missing values"};
  Registrations<Shutdown> shutdowns{"shutdown callback"};

  std::atomic<uint64_t> unknown_type{0}, wrong_count{0}, filtered{0}, invalid{0}, too_many{0};
  std::atomic<bool> is_started{false};
  std::atomic<bool> is_closing{false}; // nothing can be registered
  std::atomic<bool> is_closed{false};  // nothing is dispatched

private:
  mutable std::mutex outlets_mutex_;
  std::shared_ptr<const Outlets> outlets_;
  // One count for all: a static of the template below would be one for each kind of change.
  inline static std::atomic<uint64_t> last_outlets_number_{0};
  std::atomic<uint64_t> outlets_number_; // no other outlets in this process have it

  std::mutex house_mutex_;
  std::condition_variable house_;
  bool has_house_keeper_ = false, house_is_closed_ = false;
  std::mutex shutting_down_;
  bool is_shut_down_ = false, was_clean_ = true;
};

template <typename Change> void Collector::Parts::change_outlets(Change change) {
  std::lock_guard<std::mutex> lock(outlets_mutex_);
  const auto next = outlets_ ? std::make_shared<Outlets>(*outlets_) : std::make_shared<Outlets>();
  change(*next);
  outlets_ = next;
  outlets_number_.store(++last_outlets_number_, std::memory_order_release);
}

} // namespace mortise::collect
