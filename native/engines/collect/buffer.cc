#include "engines/collect/buffer.h"
#include "engines/collect/packing.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>

namespace mortise::collect {
namespace {

constexpr Time try_again = second / 4; // when the disk took nothing
constexpr Time first_pause = second, longest_pause = 60 * second;

thread_local const Buffer *current = nullptr;

// A name may have slashes, and be longer than a file's.
std::string file_of(const std::string &writer) {
  std::string name;
  for (const char c : writer.substr(0, 100)) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    name += is_plain ? c : '_';
  }
  // Two names may look alike then. FNV-1a, which is the same in every run.
  uint64_t hash = UINT64_C(14695981039346656037);
  for (const char c : writer)
    hash = (hash ^ static_cast<unsigned char>(c)) * UINT64_C(1099511628211);
  return name + "-" + std::to_string(hash) + ".db";
}

} // namespace

std::shared_ptr<Buffer> Buffer::open(const BufferOptions &options, const std::string &writer, Write write,
                                     Unpack unpack, Told told, Problem &problem) {
  std::error_code ignored; // opening the file says it better
  std::filesystem::create_directories(options.path, ignored);
  std::unique_ptr<Store> store =
      Store::open((std::filesystem::path(options.path) / file_of(writer)).string(), problem);
  if (!store) return nullptr;
  return std::shared_ptr<Buffer>(
      new Buffer(std::move(store), options, std::move(write), std::move(unpack), std::move(told)));
}

bool Buffer::start() {
  try {
    std::thread([self = shared_from_this()] { self->run(); }).detach();
    return true;
  } catch (const std::system_error &) {
    return false;
  }
}

bool Buffer::is_here() const {
  return current == this;
}

// The rest under the lock, but for what is a plugin's.
void Buffer::trim() {
  const Time at = now();
  const Time since = options_.max_age > 0 && at > options_.max_age ? at - options_.max_age : 0;
  dropped_ += store_->trim(options_.max_bytes, since);
}

int32_t Buffer::keep(const Sample *const *samples, size_t count) {
  const std::string bytes = pack(samples, count);
  std::unique_lock<std::mutex> lock(mutex_);
  while (!is_closed_ && !store_->put(bytes, static_cast<uint32_t>(count), now())) {
    tell(lock);
    if (store_) store_->fold_log();
    if (!keeps_ || is_closed_) return -1;
    room_.wait_for(lock, as_duration(try_again));
  }
  if (is_closed_) return -1;
  trim();
  work_.notify_one();
  return 0;
}

void Buffer::stop_keeping() {
  std::lock_guard<std::mutex> lock(mutex_);
  keeps_ = false;
  room_.notify_all();
}

void Buffer::tell(std::unique_lock<std::mutex> &lock) {
  const Time at = running_for();
  if (told_at_ != 0 && at - told_at_ < second) return;
  told_at_ = at;
  Problem problem =
      Problem("MORTISE_WARN_COLLECT_BUFFER", "the disk takes nothing more for the buffer")
          .expects("room for what waits")
          .got(store_->message())
          .fix("Make room, or give the buffer another disk. What comes waits in memory meanwhile, "
               "up to max_queue.");
  lock.unlock();
  told_(std::move(problem));
  lock.lock();
}

void Buffer::release() {
  std::lock_guard<std::mutex> lock(mutex_);
  is_released_ = true;
  work_.notify_one();
}

void Buffer::run() {
  current = this;
  std::unique_lock<std::mutex> lock(mutex_);
  Store::Batch batch;
  while (!is_closed_) {
    if (!is_released_ || store_->samples() == 0 || is_running_) {
      work_.wait(lock);
      continue;
    }
    const Time at = running_for();
    if (at < again_) {
      work_.wait_for(lock, as_duration(again_ - at));
      continue;
    }
    trim();
    if (store_->oldest(batch)) {
      if (batch.number == handed_over_)
        remove(lock, batch);
      else
        hand_over(lock, batch);
    }
    if (is_closed_ || store_->samples() == 0) done_.notify_all();
  }
}

void Buffer::hand_over(std::unique_lock<std::mutex> &lock, const Store::Batch &batch) {
  is_running_ = true;
  lock.unlock();
  const std::vector<const Sample *> samples = unpack_(batch.bytes);
  const int32_t status = samples.empty() ? 0 : write_(samples.data(), samples.size());
  for (const Sample *sample : samples)
    sample->drop();
  lock.lock();
  is_running_ = false;
  if (samples.empty() && is_closed_) {
    // Nobody was there any more to make samples of it.
  } else if (status == 0) {
    written_ += samples.size();
    dropped_ += batch.samples - std::min<uint64_t>(batch.samples, samples.size());
    pause_ = again_ = 0;
    remove(lock, batch);
  } else {
    failed_ += samples.size();
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    again_ = running_for() + pause_;
  }
  done_.notify_all();
}

// What is handed over. On a full disk that may fail too: then it isn't handed over again, as long as this process lives.
void Buffer::remove(std::unique_lock<std::mutex> &lock, const Store::Batch &batch) {
  const Store::Removal removal = store_->remove(batch.number);
  if (removal == Store::Removal::failed) {
    handed_over_ = batch.number;
    again_ = running_for() + try_again;
    tell(lock);
    if (store_) store_->fold_log();
    return;
  }
  // It was dropped meanwhile, and counted, because too many came: it is written all the same.
  if (removal == Store::Removal::absent) dropped_ -= std::min<uint64_t>(dropped_, batch.samples);
  room_.notify_all();
}

bool Buffer::drain(Deadline deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  is_released_ = true;
  again_ = 0; // at once, also after a failure
  work_.notify_one();
  if (is_here()) return store_->samples() == 0;
  wait_until(done_, lock, deadline, [this] { return store_->samples() == 0 || is_closed_ || again_ > 0; });
  return store_->samples() == 0;
}

bool Buffer::beside(Deadline deadline, const std::function<void()> &function) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (!is_here() && !wait_until(done_, lock, deadline, [this] { return !is_running_; })) return false;
  const bool was_running = is_running_;
  is_running_ = true;
  lock.unlock();
  function();
  lock.lock();
  is_running_ = was_running;
  work_.notify_one();
  done_.notify_all();
  return true;
}

bool Buffer::close(Deadline deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  is_closed_ = true;
  room_.notify_all();
  work_.notify_all();
  done_.notify_all();
  if (!is_here() && !wait_until(done_, lock, deadline, [this] { return !is_running_; })) return false;
  if (!is_here()) store_.reset(); // another may open the file from now on
  return true;
}

Buffer::Counts Buffer::counts() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return {written_, failed_, dropped_, store_ ? store_->samples() : 0, is_running_};
}

} // namespace mortise::collect
