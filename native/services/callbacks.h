// C functions that JavaScript answers. Each is one of a fixed number of functions, which are lent and given back: a
// call of one that was given back fails, and never reaches memory that is gone. A call on another thread than the
// callback's own waits for that; it gives up when it isn't answered in time, or when the thread ends.
#pragma once

#include "services/convention.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>

namespace mortise {

struct Request;

// What waits for one JavaScript thread. Made, drained, closed and deleted there.
class Relay {
public:
  // Any thread: something waits.
  std::function<void()> wake;

  // Answers all that waits.
  void drain();

private:
  friend struct Callbacks;
  std::list<Request *> waiting_; // under the lock of all callbacks
};

class Callback {
public:
  // The bits of a result that says that nobody answered.
  uint64_t failure = 0;
  // How long calls on other threads wait.
  std::chrono::milliseconds patience{30'000};

  explicit Callback(Relay &relay) : relay_(relay) {}
  virtual ~Callback() = default;
  // On its own thread. The result's bits; a float's lie in the low half.
  virtual uint64_t answer(const Frame &frame) = 0;

private:
  friend struct Callbacks;
  Relay &relay_;
  int entered_ = 0;
  bool given_back_ = false;
};

// Its address for calls by C; 0 when there are none left. On the thread that answers, as the next.
uintptr_t lend_callback(Callback *callback, bool floating);
// Deletes it, when no call of it is under way; calls that wait are refused.
void give_back_callback(uintptr_t address);

// Why the last call of a callback on this thread wasn't answered; asking again gives `none`.
enum class Unanswered { none, late, closed };
Unanswered take_unanswered();

} // namespace mortise
