// What a collector's threads want of JavaScript, in the order in which they want it. Readers and notifications are
// told and not waited for; a writer's own thread waits until JavaScript has written.
#pragma once

#include "engines/collect/notification.h"
#include "engines/collect/sample.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace mortise {

// Samples that are held until nobody needs them any more.
class HeldSamples {
public:
  HeldSamples() = default;
  explicit HeldSamples(std::vector<const collect::Sample *> held) : all(std::move(held)) {}
  HeldSamples(HeldSamples &&other) noexcept : all(std::move(other.all)) { other.all.clear(); }
  HeldSamples &operator=(HeldSamples &&other) noexcept {
    all.swap(other.all);
    return *this;
  }
  ~HeldSamples() {
    for (const collect::Sample *sample : all)
      sample->drop();
  }

  std::vector<const collect::Sample *> all;
};

struct CollectRequest {
  enum class Kind : int32_t { read, write, flush, notification, done };

  Kind kind;
  uint32_t callback; // whose it is: the number that JavaScript gave a reader or a writer, or of what is done
  uint64_t number = 0;
  HeldSamples samples{};                // write
  double age = 0;                       // flush: seconds; 0: all
  std::string identifier{};             // flush
  collect::Notification notification{}; // notification
  double result = 0;                    // done
};

class CollectRequests {
public:
  // Wakes JavaScript; called without a lock. Set before the first request.
  std::function<void()> wake;

  // Any thread. False when nobody takes requests any more.
  bool tell(CollectRequest request);
  // Waits for the answer; `refused` when nobody answers any more. Never on JavaScript's thread.
  int32_t ask(CollectRequest request);
  static constexpr int32_t refused = -1;

  // JavaScript's thread: what there is, but no more than one batch of samples at a time, so that its event loop goes
  // on. `more`: there are others.
  std::vector<CollectRequest> take(bool &more);
  void answer(uint64_t number, int32_t status);
  // How many notifications were dropped, because JavaScript took too long.
  uint64_t lost();
  // Nobody answers any more: who waits is refused.
  void close();

private:
  static constexpr size_t max_notifications = 1000;

  std::mutex mutex_;
  std::condition_variable answered_;
  std::deque<CollectRequest> waiting_;
  std::unordered_map<uint64_t, int32_t> answers_;
  uint64_t next_number_ = 1, lost_ = 0;
  size_t notifications_ = 0;
  bool is_closed_ = false;
};

} // namespace mortise
