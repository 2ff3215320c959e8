// What plugins register with a collector, and take away.
#include "engines/collect/packing.h"
#include "engines/collect/parts.h"

#include <algorithm>

namespace mortise::collect {

bool Collector::Parts::is_open(const char *kind, const std::string &name, Problem &problem) {
  if (name.empty()) {
    problem = Problem("MORTISE_ERR_COLLECT_NAME_TAKEN", std::string("a ") + kind + " has no name")
                  .in("name")
                  .expects("at least one byte")
                  .got("none")
                  .fix("Give it a name.");
    return false;
  }
  if (!is_closing) return true;
  problem = Problem("MORTISE_ERR_COLLECT_CLOSED",
                    std::string("the ") + kind + " '" + name + "' comes too late: the collector is shut down")
                .in(name)
                .expects("to be registered while the host runs")
                .got("a collector that is shut down")
                .fix("Register it when the plugin starts.");
  return false;
}

std::shared_ptr<const Outlets> Collector::Parts::shared_outlets() const {
  std::lock_guard<std::mutex> lock(outlets_mutex_);
  return outlets_;
}

std::shared_ptr<Writer> Collector::Parts::writer(std::string_view name) const {
  const auto outlets = shared_outlets();
  for (const auto &writer : outlets->writers)
    if (writer->name == name) return writer;
  return nullptr;
}

bool Collector::add_reader(Owner *owner, std::string name, std::string group, Time interval, Read read,
                           Problem &problem) {
  if (!parts_->is_open("reader", name, problem)) return false;
  return parts_->readers->add(owner, std::move(name), std::move(group),
                              interval ? interval : parts_->options.interval, std::move(read), problem);
}

// Null, and `problem` filled, when its buffer can't be opened.
std::shared_ptr<Writer> Collector::Parts::make_writer(Owner *owner, const std::string &name, Write write,
                                                      Problem &problem) {
  if (options.buffer.path.empty())
    return std::make_shared<Writer>(owner, name, std::move(write), options.max_queue);
  if (const auto taken = writer(name)) {
    problem = name_taken("writer", name, taken->owner); // its buffer would say the same less well
    return nullptr;
  }
  const auto unpack_again = [weak = weak_from_this()](std::string_view bytes) {
    const auto self = weak.lock();
    return self ? unpack(bytes, self->cache, self->types) : std::vector<const Sample *>();
  };
  const auto told = [weak = weak_from_this(), owner, name](Problem it) {
    if (const auto self = weak.lock()) self->warnings.tell(owner, std::move(it).in(name));
  };
  const auto buffer = Buffer::open(options.buffer, name, std::move(write), unpack_again, told, problem);
  if (!buffer) return nullptr;
  const auto keep = [buffer](const Sample *const *samples, size_t count) {
    return buffer->keep(samples, count);
  };
  return std::make_shared<Writer>(owner, name, keep, options.max_queue, buffer);
}

bool Collector::add_writer(Owner *owner, std::string name, Write write, Problem &problem) {
  if (!parts_->is_open("writer", name, problem)) return false;
  const std::shared_ptr<Writer> writer = parts_->make_writer(owner, name, std::move(write), problem);
  if (!writer) return false;
  Owner *taken_by = nullptr;
  bool is_taken = false;
  parts_->change_outlets([&](Outlets &outlets) {
    for (const auto &one : outlets.writers) {
      if (one->name != name) continue;
      is_taken = true;
      taken_by = one->owner;
    }
    if (!is_taken) outlets.writers.push_back(writer);
  });
  if (is_taken) {
    problem = name_taken("writer", name, taken_by);
    return false;
  }
  if (!writer->start() || (writer->buffer && !writer->buffer->start())) {
    parts_->forget_writer(writer);
    writer->close(no_deadline);
    problem = Problem("MORTISE_ERR_COLLECT_THREAD", "there is no thread for the writer '" + name + "'")
                  .in(name)
                  .expects("one more thread")
                  .got("the system gives none")
                  .fix("Raise the limit of threads for this process, or load fewer writers.");
    return false;
  }
  if (writer->buffer && parts_->is_started) writer->buffer->release();
  parts_->keep_house();
  return true;
}

bool Collector::add_flush(Owner *owner, std::string name, Flush flush, Problem &problem) {
  return parts_->is_open("flush callback", name, problem) &&
         parts_->flushes.add(owner, std::move(name), std::move(flush), problem);
}

bool Collector::add_log(Owner *owner, std::string name, Log log, Problem &problem) {
  return parts_->is_open("log callback", name, problem) &&
         parts_->logs.add(owner, std::move(name), std::move(log), problem);
}

bool Collector::add_notify(Owner *owner, std::string name, Notify notify, Problem &problem) {
  return parts_->is_open("notification callback", name, problem) &&
         parts_->notifies.add(owner, std::move(name), std::move(notify), problem);
}

bool Collector::add_missing(Owner *owner, std::string name, Missing missing, Problem &problem) {
  return parts_->is_open("callback for missing values", name, problem) &&
         parts_->missings.add(owner, std::move(name), std::move(missing), problem);
}

bool Collector::add_shutdown(Owner *owner, std::string name, Shutdown shutdown, Problem &problem) {
  return parts_->is_open("shutdown callback", name, problem) &&
         parts_->shutdowns.add(owner, std::move(name), std::move(shutdown), problem);
}

bool Collector::Parts::remove_readers(const Readers::Condition &condition, Deadline deadline) {
  size_t removed = 0;
  readers->remove(condition, deadline, removed);
  return removed > 0;
}

bool Collector::Parts::remove_writer(std::string_view name, Deadline deadline) {
  const auto its = writer(name);
  if (!its) return false;
  forget_writer(its);
  its->close(deadline);
  its->give_up();
  return true;
}

namespace {

constexpr Deadline at_once{};

Readers::Condition of_name(std::string_view name) {
  return [name](const Reader &one) { return one.name == name; };
}

Readers::Condition of_group(std::string_view group) {
  return [group](const Reader &one) { return !group.empty() && one.group == group; };
}

} // namespace

bool Collector::remove_reader(std::string_view name) {
  return parts_->remove_readers(of_name(name), no_deadline);
}

bool Collector::remove_group(std::string_view group) {
  return parts_->remove_readers(of_group(group), no_deadline);
}

bool Collector::remove_writer(std::string_view name) {
  return parts_->remove_writer(name, no_deadline);
}

bool Collector::remove_flush(std::string_view name) {
  return parts_->flushes.remove(name);
}

bool Collector::remove_log(std::string_view name) {
  return parts_->logs.remove(name);
}

bool Collector::remove_notify(std::string_view name) {
  return parts_->notifies.remove(name);
}

bool Collector::remove_missing(std::string_view name) {
  return parts_->missings.remove(name);
}

bool Collector::remove_shutdown(std::string_view name) {
  return parts_->shutdowns.remove(name);
}

bool Collector::forget_reader(std::string_view name) {
  return parts_->remove_readers(of_name(name), at_once);
}

bool Collector::forget_group(std::string_view group) {
  return parts_->remove_readers(of_group(group), at_once);
}

bool Collector::forget_writer(std::string_view name) {
  return parts_->remove_writer(name, at_once);
}

bool Collector::forget_flush(std::string_view name) {
  return parts_->flushes.remove(name, at_once);
}

bool Collector::forget_log(std::string_view name) {
  return parts_->logs.remove(name, at_once);
}

bool Collector::forget_notify(std::string_view name) {
  return parts_->notifies.remove(name, at_once);
}

bool Collector::forget_missing(std::string_view name) {
  return parts_->missings.remove(name, at_once);
}

bool Collector::forget_shutdown(std::string_view name) {
  return parts_->shutdowns.remove(name, at_once);
}

void Collector::Parts::forget_writer(const std::shared_ptr<Writer> &writer) {
  change_outlets([&](Outlets &outlets) {
    auto &all = outlets.writers;
    all.erase(std::remove(all.begin(), all.end(), writer), all.end());
  });
}

bool Collector::remove(Owner *owner, std::chrono::milliseconds limit) {
  Parts &parts = *parts_;
  Deadline deadline = std::chrono::steady_clock::now() + limit;
  size_t removed;
  bool ended =
      parts.readers->remove([&](const Reader &one) { return one.owner == owner; }, deadline, removed);
  const auto outlets = parts.shared_outlets();
  std::vector<std::shared_ptr<Writer>> writers;
  for (const auto &writer : outlets->writers)
    if (writer->owner == owner) writers.push_back(writer);
  for (const auto &writer : writers)
    ended = writer->drain(deadline) && ended;
  // What hung when the collector was shut down has had its time.
  if (parts.last_calls->is_running(owner)) {
    ended = false;
    deadline = std::chrono::steady_clock::now();
  }
  const auto flushes = parts.flushes.all();
  const bool is_over = parts.is_closed; // then all were flushed
  for (const auto &flush : *flushes)
    if (ended && !is_over && flush->owner == owner) parts.flush_last(flush, deadline);
  for (const auto &writer : writers) {
    parts.forget_writer(writer);
    ended = writer->close(deadline) && ended;
  }
  // What still runs may need what it would take down.
  ended = ended && !parts.is_running(owner) && parts.run_shutdowns(owner, deadline);
  ended = parts.flushes.remove(owner, deadline) && ended;
  ended = parts.missings.remove(owner, deadline) && ended;
  ended = parts.notifies.remove(owner, deadline) && ended;
  ended = parts.shutdowns.remove(owner, deadline) && ended;
  ended = parts.logs.remove(owner, deadline) && ended;
  for (const auto &writer : writers)
    writer->give_up();
  parts.warnings.forget(owner);
  return ended;
}

std::shared_ptr<Tap> Collector::tap(size_t max_queue) {
  const auto tap = std::make_shared<Tap>(max_queue);
  parts_->change_outlets([&](Outlets &outlets) {
    auto &all = outlets.taps;
    all.erase(std::remove_if(all.begin(), all.end(), [](const auto &one) { return one->is_closed(); }),
              all.end());
    all.push_back(tap);
  });
  parts_->keep_house();
  return tap;
}

void Collector::set_filter(std::shared_ptr<Filter> filter) {
  parts_->change_outlets([&](Outlets &outlets) { outlets.filter = std::move(filter); });
}

void Collector::set_report(std::function<void(Owner *owner, Problem)> report) {
  parts_->warnings.set_report(std::move(report));
}

} // namespace mortise::collect
