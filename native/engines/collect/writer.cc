#include "engines/collect/writer.h"

#include "engines/calls.h"
#include "engines/owner.h"
#include "engines/collect/prefetch.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace mortise::collect {
namespace {

// After the first sample it waits a moment for others: waking a thread costs more than writing many.
constexpr std::chrono::milliseconds gather_time{1};
constexpr size_t enough = 128;
// How long a flush waits for what is in the buffer; meanwhile nothing new gets there.
constexpr std::chrono::seconds max_flush_wait{5};
// What the disk takes or refuses ends by itself: then the file can be closed.
constexpr std::chrono::milliseconds max_keep_wait{500};

thread_local const Writer *current = nullptr;

} // namespace

Writer::Writer(Owner *owner_, std::string name_, Write write, size_t max_queue,
               std::shared_ptr<Buffer> on_disk)
    : owner(owner_), name(std::move(name_)), buffer(std::move(on_disk)), write_(std::move(write)),
      queue_(max_queue), batch_(max_batch) {}

bool Writer::start() {
  try {
    std::thread([self = shared_from_this()] { self->run(); }).detach();
    return true;
  } catch (const std::system_error &) {
    return false;
  }
}

bool Writer::is_here() const {
  return current == this;
}

void Writer::push(const Sample *sample) {
  const Sample *gone = sample;
  bool wake = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!is_closed_) {
      gone = queue_.push(sample);
      wake = is_asleep_;
      is_asleep_ = false;
    }
  }
  if (wake) work_.notify_one();
  if (gone) gone->drop();
}

void Writer::run() {
  current = this;
  std::unique_lock<std::mutex> lock(mutex_);
  while (!is_closed_) {
    if (queue_.size() == 0 && requests_.empty()) {
      is_urgent_ = false;
      is_asleep_ = true;
      work_.wait(lock);
      is_asleep_ = false;
      continue;
    }
    if (queue_.size() < enough && !is_urgent_)
      work_.wait_for(lock, gather_time, [this] { return is_urgent_ || is_closed_; });
    write(lock);
    answer(lock);
  }
  const Write gone = is_given_up_ ? std::exchange(write_, nullptr) : nullptr;
  std::vector<const Sample *>().swap(batch_);
  lock.unlock(); // before it goes: it may take a plugin's data with it
}

void Writer::give_up() {
  std::unique_lock<std::mutex> lock(mutex_);
  is_given_up_ = true;
  const Write gone = is_running_ ? nullptr : std::exchange(write_, nullptr);
  lock.unlock();
}

void Writer::write(std::unique_lock<std::mutex> &lock) {
  const size_t count = queue_.take(batch_.data(), batch_.size());
  if (count == 0) return;
  in_hand_ = count;
  is_running_ = true;
  last_run_ = now();
  lock.unlock();
  const Time start = running_for();
  for (size_t i = 0; i < count; i++)
    prefetch(batch_[i]);
  for (size_t i = 0; i < count; i++)
    prefetch(&batch_[i]->series->identity);
  const int32_t status = write_(batch_.data(), count);
  const Time end = running_for();
  if (owner->calls)
    owner->calls->of(owner->name, "write").add(static_cast<uint64_t>(as_duration(end - start).count()));
  for (size_t i = 0; i < count; i++)
    batch_[i]->drop();
  lock.lock();
  // What couldn't be kept on disk is gone.
  (status == 0 ? written_ : buffer ? dropped_ : failed_) += count;
  in_hand_ = 0;
  is_running_ = false;
  last_duration_ = end - start;
  done_.notify_all();
}

void Writer::answer(std::unique_lock<std::mutex> &lock) {
  for (size_t i = 0; i < requests_.size() && !is_closed_;) {
    const std::shared_ptr<Request> request = requests_[i];
    if (request->after > done()) {
      i++;
      continue;
    }
    requests_.erase(requests_.begin() + static_cast<ptrdiff_t>(i));
    is_running_ = true;
    lock.unlock();
    int32_t status = -1;
    {
      const auto flush = [&] {
        const Gate::Stay stay(request->flush->gate);
        if (stay) status = request->flush->function(request->age, request->identifier);
      };
      if (buffer) {
        const Deadline until = std::chrono::steady_clock::now() + max_flush_wait;
        buffer->drain(until);
        buffer->beside(until, flush);
      } else {
        flush();
      }
    }
    lock.lock();
    is_running_ = false;
    request->status = status;
    request->is_done = true;
    done_.notify_all();
  }
}

bool Writer::flush(const Flushing &flush, Time age, std::string_view identifier, Deadline deadline,
                   int32_t &status) {
  if (is_here()) {
    const Gate::Stay stay(flush->gate);
    status = stay ? flush->function(age, identifier) : -1;
    return true;
  }
  const auto request = std::make_shared<Request>();
  request->flush = flush;
  request->age = age;
  request->identifier = identifier;
  std::unique_lock<std::mutex> lock(mutex_);
  if (is_closed_) return false;
  request->after = queue_.pushed();
  requests_.push_back(request);
  is_urgent_ = true;
  work_.notify_one();
  wait_until(done_, lock, deadline, [&] { return request->is_done || is_closed_; });
  status = request->status;
  return request->is_done;
}

bool Writer::drain(Deadline deadline) {
  return empty_queue(deadline) && (!buffer || buffer->drain(deadline));
}

bool Writer::empty_queue(Deadline deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  const uint64_t until = queue_.pushed();
  if (done() >= until) return true;
  if (is_here()) return false;
  is_urgent_ = true;
  work_.notify_one();
  wait_until(done_, lock, deadline, [&] { return done() >= until || is_closed_; });
  return done() >= until;
}

bool Writer::close(Deadline deadline) {
  if (buffer) {
    empty_queue(std::min(deadline, std::chrono::steady_clock::now() + std::chrono::seconds(1)));
    buffer->stop_keeping();
    deadline = std::max(deadline, std::chrono::steady_clock::now() + max_keep_wait);
  }
  std::vector<const Sample *> gone;
  std::unique_lock<std::mutex> lock(mutex_);
  is_closed_ = true;
  gone.resize(queue_.size());
  dropped_ += queue_.take(gone.data(), gone.size());
  queue_.shrink(); // nothing is pushed any more
  work_.notify_one();
  done_.notify_all();
  lock.unlock();
  for (const Sample *sample : gone)
    sample->drop();
  if (is_here()) return true;
  lock.lock();
  if (!wait_until(done_, lock, deadline, [this] { return !is_running_; })) return false;
  lock.unlock();
  return !buffer || buffer->close(deadline);
}

WriterState Writer::state() const {
  const Buffer::Counts kept = buffer ? buffer->counts() : Buffer::Counts{};
  std::lock_guard<std::mutex> lock(mutex_);
  return {owner ? owner->name : "",
          name,
          buffer ? kept.written : written_,
          failed_ + kept.failed,
          dropped_ + queue_.dropped() + kept.dropped,
          queue_.size() + in_hand_ + static_cast<size_t>(kept.waiting),
          queue_.max(),
          last_run_,
          last_duration_,
          is_running_ || kept.is_running,
          static_cast<size_t>(kept.waiting)};
}

uint64_t Writer::untold_drops() {
  const uint64_t of_buffer = buffer ? buffer->counts().dropped : 0;
  std::lock_guard<std::mutex> lock(mutex_);
  const uint64_t dropped = std::max(told_, dropped_ + queue_.dropped() + of_buffer), untold = dropped - told_;
  told_ = dropped;
  return untold;
}

} // namespace mortise::collect
