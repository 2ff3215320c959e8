#include "engines/collect/collector.h"
#include "engines/collect/parts.h"

#include <algorithm>
#include <array>
#include <string>

#ifdef _WIN32
#include <cstdlib>
#else
#include <unistd.h>
#endif

namespace mortise::collect {
namespace {

std::string machine_name() {
#ifdef _WIN32
  const char *const name = std::getenv("COMPUTERNAME");
  return name && *name ? name : "localhost";
#else
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 && name[0] ? name.data() : "localhost";
#endif
}

Options completed(Options options) {
  if (options.hostname.empty()) options.hostname = machine_name();
  if (options.interval == 0) options.interval = 10 * second;
  options.timeout = std::max<uint32_t>(options.timeout, 1);
  return options;
}

// A log callback that logs would never end.
thread_local bool is_logging = false;
// A callback for notifications that notifies wouldn't either.
constexpr uint32_t max_notify_depth = 8;
thread_local uint32_t notify_depth = 0;

} // namespace

Collector::Parts::Parts(Options given)
    : options(completed(std::move(given))), cache(types, options.max_series) {
  change_outlets([](Outlets &) {});
}

std::shared_ptr<Collector::Parts> Collector::Parts::make(Options options) {
  const auto parts = std::make_shared<Parts>(std::move(options));
  // A reader that hangs may come back when the collector has gone.
  const auto told = [weak = std::weak_ptr<Parts>(parts)](const Reader &reader, int32_t status) {
    if (const auto self = weak.lock()) self->tell_of_reader(reader, status);
  };
  parts->readers =
      std::make_shared<Readers>(parts->options.read_threads, parts->options.max_read_interval, told);
  return parts;
}

Collector::Collector(Options options) : Collector(Parts::make(std::move(options))) {}

Collector::Collector(std::shared_ptr<Parts> parts) : types(parts->types), parts_(std::move(parts)) {}

Collector::~Collector() {
  shut_down(std::chrono::seconds(1));
}

const Options &Collector::options() const {
  return parts_->options;
}

Cache &Collector::cache() {
  return parts_->cache;
}

int32_t Collector::notify(const Notification &notification) {
  if (notify_depth >= max_notify_depth) {
    if (parts_->warnings.is_due(&parts_->notifies, 0))
      parts_->warnings.tell(
          nullptr,
          Problem("MORTISE_WARN_COLLECT_REFUSED", "a notification was refused: callbacks for notifications "
                                                  "notify each other without end")
              .in("notify")
              .expects("at most " + std::to_string(max_notify_depth) + " inside of each other")
              .got("one more")
              .fix("Let the callback notify only of what is its own."));
    return 1;
  }
  notify_depth++;
  int32_t failed = 0;
  parts_->notifies.call_each([&](const Registration<Notify> &one) {
    if (one.function(notification) != 0) failed++;
    return true;
  });
  notify_depth--;
  return failed;
}

void Collector::log(Owner *, int32_t severity, std::string_view text) {
  if (is_logging) return;
  is_logging = true;
  parts_->logs.call_each([&](const Registration<Log> &one) {
    one.function(severity, text);
    return true;
  });
  is_logging = false;
}

bool Collector::hears() const {
  return parts_->logs.any();
}

int32_t Collector::flush(std::string_view plugin, Time age, std::string_view identifier) {
  int32_t failed = 0;
  const auto all = parts_->flushes.all();
  for (const auto &one : *all) {
    const bool is_meant = plugin.empty() || one->name == plugin || (one->owner && one->owner->name == plugin);
    if (!is_meant) continue;
    const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    if (!parts_->flush_one(one, age, identifier, deadline)) failed++;
  }
  return failed;
}

Time Collector::interval_here() const {
  const Time interval = Readers::interval_here();
  return interval ? interval : parts_->options.interval;
}

void Collector::start() {
  parts_->keep_house();
  parts_->is_started = true;
  const auto outlets = parts_->shared_outlets();
  for (const auto &writer : outlets->writers)
    if (writer->buffer) writer->buffer->release();
  parts_->readers->start();
}

uint32_t Collector::read_once(std::string_view name) {
  return parts_->readers->run_now([&](const Reader &reader) { return name.empty() || reader.name == name; });
}

bool Collector::drain(std::chrono::milliseconds limit) {
  const Deadline deadline = std::chrono::steady_clock::now() + limit;
  const auto outlets = parts_->shared_outlets();
  bool ended = true;
  for (const auto &writer : outlets->writers)
    ended = writer->drain(deadline) && ended;
  return ended;
}

bool Collector::shut_down(std::chrono::milliseconds limit) {
  return parts_->shut_down(limit);
}

std::vector<ReaderState> Collector::readers() const {
  return parts_->readers->states();
}

std::vector<WriterState> Collector::writers() const {
  std::vector<WriterState> all;
  const auto outlets = parts_->shared_outlets();
  for (const auto &writer : outlets->writers)
    all.push_back(writer->state());
  return all;
}

Collector::Counts Collector::counts() const {
  const Parts &parts = *parts_;
  return {parts.cache.dispatched(), parts.unknown_type, parts.wrong_count, parts.cache.out_of_order(),
          parts.filtered,           parts.invalid,      parts.too_many,    parts.cache.size()};
}

} // namespace mortise::collect
