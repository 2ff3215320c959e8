#include "engines/collect/deadline_calls.h"

#include <algorithm>
#include <system_error>
#include <thread>

namespace mortise::collect {

DeadlineCalls::End DeadlineCalls::run(const Owner *owner, std::function<int32_t()> function,
                                      Deadline deadline, int32_t &status) {
  const auto call = std::make_shared<Call>();
  call->owner = owner;
  call->function = std::move(function);
  std::unique_lock<std::mutex> lock(mutex_);
  running_.push_back(call);
  lock.unlock();
  const auto forget = [this, call] { running_.erase(std::find(running_.begin(), running_.end(), call)); };
  try {
    std::thread([self = shared_from_this(), call, forget] {
      const int32_t result = call->function();
      call->function = nullptr; // what it kept may be the last of the plugin's data
      const std::lock_guard<std::mutex> end(self->mutex_);
      call->status = result;
      call->is_done = true;
      forget();
      self->ended_.notify_all();
    }).detach();
  } catch (const std::system_error &) {
    lock.lock();
    forget();
    return End::no_thread;
  }
  lock.lock();
  if (!wait_until(ended_, lock, deadline, [&] { return call->is_done; })) return End::stuck;
  status = call->status;
  return End::done;
}

bool DeadlineCalls::is_running(const Owner *owner) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::any_of(running_.begin(), running_.end(),
                     [&](const std::shared_ptr<Call> &call) { return call->owner == owner; });
}

} // namespace mortise::collect
