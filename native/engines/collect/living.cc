// The life of a collector: what happens while nobody asks, and its end.
#include "engines/collect/parts.h"

#include "engines/calls.h"
#include "engines/owner.h"

#include <algorithm>
#include <system_error>
#include <thread>

namespace mortise::collect {
namespace {

constexpr int32_t kind_failed = 1, kind_slow = 2;
// What a flush or shutdown callback gets at least.
constexpr std::chrono::milliseconds last_call_time{100};

std::string seconds_text(Time time) {
  std::string text = std::to_string(in_seconds(time));
  return text.substr(0, text.find('.') + 4) + " s";
}

Problem stuck(const char *kind, const std::string &name) {
  return Problem("MORTISE_WARN_COLLECT_STUCK",
                 std::string("the ") + kind + " '" + name + "' still ran when the collector had to end")
      .in(name)
      .expects("to end in the time that there was")
      .got("it still runs")
      .fix("Look what it waits for. Its plugin's shutdown callback was not called.");
}

} // namespace

// Told of the first failure, and then at most once a second. A reader in TypeScript has said itself what it threw.
void Collector::Parts::tell_of_reader(const Reader &reader, int32_t status) {
  if (reader.owner->calls)
    reader.owner->calls->of(reader.owner->name, "read")
        .add(static_cast<uint64_t>(as_duration(reader.last_duration).count()));
  if (status != 0 && !reader.owner->is_embedder && warnings.is_due(reader.owner, kind_failed))
    warnings.tell(reader.owner,
                  Problem("MORTISE_WARN_COLLECT_READ", "the reader '" + reader.name + "' failed")
                      .in(reader.name)
                      .expects("0")
                      .got(std::to_string(status))
                      .fix("It is asked again in " + seconds_text(reader.effective) + "."));
  if (reader.last_duration > reader.effective && warnings.is_due(reader.owner, kind_slow))
    warnings.tell(reader.owner, Problem("MORTISE_WARN_COLLECT_READ",
                                        "the reader '" + reader.name + "' takes longer than its interval")
                                    .in(reader.name)
                                    .expects("at most " + seconds_text(reader.interval))
                                    .got(seconds_text(reader.last_duration))
                                    .fix("Give it a longer interval."));
}

// A thread that looks after what nobody asks for. Any thread; once.
void Collector::Parts::keep_house() {
  std::lock_guard<std::mutex> lock(house_mutex_);
  if (has_house_keeper_ || house_is_closed_) return;
  try {
    std::thread([self = shared_from_this()] { self->look_after(); }).detach();
    has_house_keeper_ = true;
  } catch (const std::system_error &) {
    // Series aren't missed then, and no drop is told of.
  }
}

void Collector::Parts::look_after() {
  const auto pause = as_duration(std::min(options.interval, second));
  Time next_expiry = running_for() + options.interval;
  std::unique_lock<std::mutex> lock(house_mutex_);
  while (!house_.wait_for(lock, pause, [this] { return house_is_closed_; })) {
    lock.unlock();
    readers->replace_stuck_threads();
    tell_of_drops();
    sweep_taps();
    if (const Time at = running_for(); at >= next_expiry) {
      next_expiry = at + options.interval;
      expire();
    }
    lock.lock();
  }
}

void Collector::Parts::expire() {
  cache.expire(options.timeout, [this](const Series &series, Time last) {
    missings.call_each([&](const Registration<Missing> &one) { return one.function(series, last) == 0; });
  });
}

void Collector::Parts::tell_of_drops() {
  const auto now = shared_outlets();
  for (const auto &writer : now->writers) {
    const uint64_t dropped = writer->untold_drops();
    if (dropped == 0) continue;
    warnings.tell(writer->owner, Problem("MORTISE_WARN_COLLECT_DROPPED", std::to_string(dropped) +
                                                                             " values for the writer '" +
                                                                             writer->name + "' were dropped")
                                     .in(writer->name)
                                     .expects("at most " + std::to_string(options.max_queue) + " that wait")
                                     .got("more came than it wrote")
                                     .fix("Look why the writer is slow, or allow more to wait."));
  }
}

void Collector::Parts::sweep_taps() {
  const auto gone = [](const std::shared_ptr<Tap> &tap) { return tap->is_closed(); };
  const auto now = shared_outlets();
  if (std::none_of(now->taps.begin(), now->taps.end(), gone)) return;
  change_outlets([&](Outlets &outlets) {
    auto &all = outlets.taps;
    all.erase(std::remove_if(all.begin(), all.end(), gone), all.end());
  });
}

// On the writer's thread when there is one of that name. False when it failed, or didn't end by the deadline.
bool Collector::Parts::flush_one(const Writer::Flushing &flush, Time age, std::string_view identifier,
                                 Deadline deadline) {
  int32_t status = 0;
  if (const auto its = writer(flush->name))
    return its->flush(flush, age, identifier, deadline, status) && status == 0;
  const Gate::Stay stay(flush->gate);
  return stay && flush->function(age, identifier) == 0;
}

bool Collector::Parts::flush_last(const Writer::Flushing &flush, Deadline deadline) {
  if (writer(flush->name)) return flush_one(flush, 0, "", deadline);
  const auto call = [flush]() -> int32_t {
    const Gate::Stay stay(flush->gate);
    return stay ? flush->function(0, "") : 0;
  };
  return call_last("flush callback", flush->name, flush->owner, call, deadline);
}

bool Collector::Parts::call_last(const char *kind, const std::string &name, Owner *owner,
                                 std::function<int32_t()> call, Deadline deadline) {
  // Who isn't stuck is called, even when another took all of the time.
  const Deadline until = std::max(deadline, std::chrono::steady_clock::now() + last_call_time);
  int32_t status = 0;
  const auto end = last_calls->run(owner, std::move(call), until, status);
  if (end == DeadlineCalls::End::stuck) warnings.tell(owner, stuck(kind, name));
  return end == DeadlineCalls::End::done && status == 0;
}

// Whether a reader, a writer or a last call of it runs, on another thread.
bool Collector::Parts::is_running(const Owner *owner) const {
  if (readers->is_running(owner) || last_calls->is_running(owner)) return true;
  const auto now = shared_outlets();
  return std::any_of(now->writers.begin(), now->writers.end(), [&](const auto &writer) {
    return writer->owner == owner && writer->state().is_running && !writer->is_here();
  });
}

bool Collector::Parts::run_shutdowns(const Owner *owner, Deadline deadline) {
  bool ended = true;
  // Taken out first, so that each runs once, whoever else ends its plugin meanwhile or afterwards.
  for (const auto &one : shutdowns.take([&](const auto &it) { return !owner || it->owner == owner; })) {
    if (is_running(one->owner)) continue;
    const auto call = [one]() -> int32_t {
      one->function();
      return 0;
    };
    ended = call_last("shutdown callback", one->name, one->owner, call, deadline) && ended;
  }
  return ended;
}

bool Collector::Parts::shut_down(std::chrono::milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  std::lock_guard<std::mutex> once(shutting_down_);
  if (is_shut_down_) return was_clean_;
  is_shut_down_ = true;
  is_closing = true;
  const auto begin = Clock::now();
  const Deadline deadline = begin + limit;
  was_clean_ = readers->stop(begin + limit / 2); // the rest of the time is the writers'
  if (!was_clean_)
    for (const ReaderState &reader : readers->states())
      if (reader.is_running) warnings.tell(nullptr, stuck("reader", reader.name));

  const auto all = shared_outlets();
  for (const auto &writer : all->writers) {
    if (writer->drain(deadline)) continue;
    const bool is_running = writer->state().is_running;
    if (!writer->buffer || is_running) was_clean_ = false; // else it is on disk
    if (is_running) warnings.tell(writer->owner, stuck("writer", writer->name));
  }
  // Who isn't stuck is flushed, even when another took all of the time.
  const Deadline flushed = std::max(deadline, Clock::now() + std::chrono::milliseconds(500));
  const auto each = flushes.all();
  for (const auto &flush : *each)
    if (!is_running(flush->owner) && !flush_last(flush, flushed)) was_clean_ = false;
  was_clean_ = run_shutdowns(nullptr, flushed) && was_clean_;

  is_closed = true;
  for (const auto &writer : all->writers)
    was_clean_ = writer->close(Clock::now() + std::chrono::milliseconds(100)) && was_clean_;
  tell_of_drops();
  for (const auto &tap : all->taps)
    tap->close();
  // A collector that has ended is kept, for plugins may still call it; what it knew is not.
  cache.give_up();
  types.give_up();
  {
    std::lock_guard<std::mutex> lock(house_mutex_);
    house_is_closed_ = true;
    house_.notify_all();
  }
  return was_clean_;
}

} // namespace mortise::collect
