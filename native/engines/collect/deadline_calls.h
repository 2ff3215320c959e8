// Calls of what plugins wrote that must not keep the caller for ever: each on a thread of its own.
#pragma once

#include "engines/collect/gate.h"
#include "engines/owner.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mortise::collect {

// Held by the threads too, which aren't joined: a call that hangs keeps nobody waiting.
class DeadlineCalls : public std::enable_shared_from_this<DeadlineCalls> {
public:
  // Waits until `call` ends, or the deadline; then it goes on alone, and keeps what it captured.
  enum class End { done, stuck, no_thread };
  End run(const Owner *owner, std::function<int32_t()> call, Deadline deadline, int32_t &status);
  // Whether a call of it still runs.
  bool is_running(const Owner *owner) const;

private:
  struct Call {
    const Owner *owner;
    std::function<int32_t()> function;
    bool is_done = false;
    int32_t status = 0;
  };

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<std::shared_ptr<Call>> running_;
};

} // namespace mortise::collect
