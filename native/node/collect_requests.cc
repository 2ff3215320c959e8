#include "node/collect_requests.h"

#include <algorithm>

namespace mortise {

bool CollectRequests::tell(CollectRequest request) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_closed_) return false;
    if (request.kind == CollectRequest::Kind::notification) {
      if (notifications_ == max_notifications) {
        const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), [](const CollectRequest &one) {
          return one.kind == CollectRequest::Kind::notification;
        });
        waiting_.erase(oldest);
        lost_++;
      } else
        notifications_++;
    }
    waiting_.push_back(std::move(request));
  }
  wake();
  return true;
}

int32_t CollectRequests::ask(CollectRequest request) {
  uint64_t number = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_closed_) return refused;
    number = request.number = next_number_++;
    waiting_.push_back(std::move(request));
  }
  wake();
  std::unique_lock<std::mutex> lock(mutex_);
  answered_.wait(lock, [&] { return is_closed_ || answers_.count(number) > 0; });
  const auto found = answers_.find(number);
  if (found == answers_.end()) return refused;
  const int32_t status = found->second;
  answers_.erase(found);
  return status;
}

std::vector<CollectRequest> CollectRequests::take(bool &more) {
  std::vector<CollectRequest> taken;
  const std::lock_guard<std::mutex> lock(mutex_);
  bool has_samples = false;
  while (!waiting_.empty() && taken.size() < 256 && !has_samples) {
    has_samples = waiting_.front().kind == CollectRequest::Kind::write;
    if (waiting_.front().kind == CollectRequest::Kind::notification) notifications_--;
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  more = !waiting_.empty();
  return taken;
}

void CollectRequests::answer(uint64_t number, int32_t status) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_closed_) return;
    answers_.emplace(number, status);
  }
  answered_.notify_all();
}

uint64_t CollectRequests::lost() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return lost_;
}

void CollectRequests::close() {
  std::deque<CollectRequest> dropped;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_closed_ = true;
    dropped.swap(waiting_);
  }
  answered_.notify_all();
}

} // namespace mortise
