#include "adbc/feed.h"

#include <cerrno>

namespace mortise::adbc {
namespace {

// What the driver's stream points to.
struct Held {
  std::shared_ptr<Feed> feed;
  std::string said;
};

Held &held(Stream *stream) {
  return *static_cast<Held *>(stream->private_data);
}

} // namespace

void Feed::put(std::vector<Batch> batches) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ended_) return;
  for (Batch &batch : batches)
    batches_.push_back(std::move(batch));
  changed_.notify_all();
}

void Feed::end() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void Feed::fail(std::string why) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ended_ && batches_.empty()) return;
  ended_ = true;
  batches_.clear();
  failure_ = std::move(why);
  changed_.notify_all();
}

bool Feed::next(Array *out) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (batches_.empty() && !ended_) {
    if (ask_) {
      lock.unlock();
      ask_();
      lock.lock();
    } else {
      ended_ = true;
    }
    changed_.wait(lock, [this] { return ended_ || !batches_.empty(); });
  }
  if (!failure_.empty()) return false;
  if (batches_.empty()) return true;
  *out = batches_.front().c;
  batches_.front().c = {};
  batches_.pop_front();
  return true;
}

arrow::Owned<Stream> Feed::stream() {
  arrow::Owned<Stream> stream;
  stream.c.private_data = new Held{shared_from_this(), ""};
  stream.c.get_schema = [](Stream *self, Schema *out) {
    arrow::Owned<Schema> schema = to_c(held(self).feed->schema());
    *out = schema.c;
    schema.c = {};
    return 0;
  };
  stream.c.get_next = [](Stream *self, Array *out) {
    *out = {};
    Held &own = held(self);
    if (own.feed->next(out)) return 0;
    const std::lock_guard<std::mutex> lock(own.feed->mutex_);
    own.said = own.feed->failure_;
    return ECANCELED;
  };
  stream.c.get_last_error = [](Stream *self) -> const char * {
    return held(self).said.empty() ? nullptr : held(self).said.c_str();
  };
  stream.c.release = [](Stream *self) {
    delete &held(self);
    self->release = nullptr;
  };
  return stream;
}

} // namespace mortise::adbc
