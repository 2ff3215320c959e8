#include "services/callbacks.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace mortise {

#if MORTISE_GUARDED

// On the stack of the thread that waits.
struct Request {
  Callback *callback;
  const Frame &frame;
  uint64_t result;
  enum { waiting, running, answered, refused } state;
  std::condition_variable changed;
};

namespace {

constexpr size_t integer_slots = 512;
constexpr size_t floating_slots = 64;

// Nothing in it has a destructor, which would run at exit while threads still call.
struct Slot {
  std::atomic<uintptr_t> thread{0}; // whose calls need no lock; 0: nobody's
  std::atomic<Callback *> callback{nullptr};
  std::atomic<uint64_t> failure{0}; // stays when it is given back
  Slot *next_free = nullptr;
};

// Those given back longest ago are lent first: who still has an old address then finds nobody for long.
struct FreeList {
  Slot *first = nullptr, *last = nullptr;
  size_t fresh = 0;
};

Slot integers[integer_slots];
Slot floatings[floating_slots];
FreeList free_integers, free_floatings;

template <typename Result> Slot *slots_of();
template <> inline Slot *slots_of<uint64_t>() {
  return integers;
}
template <> inline Slot *slots_of<double>() {
  return floatings;
}

// Of all slots' callbacks and of all relays. Never destroyed.
std::mutex &lock_of_all = *new std::mutex;

thread_local Unanswered unanswered = Unanswered::none;

} // namespace

struct Callbacks {
  static uint64_t answer(Callback *callback, const Frame &frame) {
    callback->entered_++;
    const uint64_t result = callback->answer(frame);
    if (--callback->entered_ == 0 && callback->given_back_) delete callback;
    return result;
  }

  static uint64_t wait(Slot &slot, const Frame &frame) {
    std::unique_lock<std::mutex> lock(lock_of_all);
    Callback *callback = slot.callback;
    if (!callback) {
      unanswered = Unanswered::closed;
      return slot.failure;
    }
    const uint64_t failure = slot.failure;
    const auto until = std::chrono::steady_clock::now() + callback->patience;
    Request request{callback, frame, failure, Request::waiting, {}};
    Relay &relay = callback->relay_;
    relay.waiting_.push_back(&request);
    if (relay.wake) relay.wake();
    // Who runs it ends it, and on memory of the caller; so that is waited for however long it takes.
    while (request.state < Request::answered) {
      if (request.state == Request::running) {
        request.changed.wait(lock);
      } else if (request.changed.wait_until(lock, until) == std::cv_status::timeout &&
                 request.state == Request::waiting) {
        relay.waiting_.remove(&request);
        unanswered = Unanswered::late;
        return failure;
      }
    }
    if (request.state == Request::refused) unanswered = Unanswered::closed;
    return request.result;
  }

  static void drain(Relay &relay) {
    std::unique_lock<std::mutex> lock(lock_of_all);
    while (!relay.waiting_.empty()) {
      Request &request = *relay.waiting_.front();
      relay.waiting_.pop_front();
      request.state = Request::running;
      lock.unlock();
      const uint64_t result = answer(request.callback, request.frame);
      lock.lock();
      request.result = result;
      request.state = Request::answered;
      request.changed.notify_all();
    }
  }

  static void give_back(Slot &slot, FreeList &list) {
    Callback *callback;
    {
      std::lock_guard<std::mutex> lock(lock_of_all);
      callback = slot.callback.exchange(nullptr);
      if (!callback) return;
      slot.thread = 0;
      auto &waiting = callback->relay_.waiting_;
      for (auto place = waiting.begin(); place != waiting.end();) {
        Request &request = **place;
        if (request.callback != callback) {
          ++place;
          continue;
        }
        place = waiting.erase(place);
        request.state = Request::refused;
        request.changed.notify_all();
      }
      slot.next_free = nullptr;
      if (list.last)
        list.last->next_free = &slot;
      else
        list.first = &slot;
      list.last = &slot;
    }
    callback->given_back_ = true;
    if (callback->entered_ == 0) delete callback;
  }
};

namespace {

uint64_t enter(Slot &slot, const Frame &frame) {
  if (slot.thread.load(std::memory_order_relaxed) == this_thread())
    return Callbacks::answer(slot.callback.load(std::memory_order_relaxed), frame);
  return Callbacks::wait(slot, frame);
}

template <typename Result, size_t Index> Result entry(ALL_TYPES) {
#if defined(__x86_64__)
  const Frame frame = {{INTEGERS, 0, 0}, {DOUBLES}, {STACK}};
#else
  const Frame frame = {{INTEGERS}, {DOUBLES}, {STACK}};
#endif
  const uint64_t bits = enter(slots_of<Result>()[Index], frame);
  Result result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

template <typename Result, size_t... Indexes>
const AnyFunction<Result> *entries(std::index_sequence<Indexes...>) {
  static const AnyFunction<Result> all[] = {entry<Result, Indexes>...};
  return all;
}

template <typename Result, size_t Count> uintptr_t lend(FreeList &list, Callback *callback) {
  Slot *slots = slots_of<Result>();
  std::lock_guard<std::mutex> lock(lock_of_all);
  Slot *slot = list.fresh < Count ? &slots[list.fresh++] : list.first;
  if (!slot) return 0;
  if (slot == list.first) {
    list.first = slot->next_free;
    if (!list.first) list.last = nullptr;
  }
  slot->callback = callback;
  slot->failure = callback->failure;
  slot->thread = this_thread();
  return reinterpret_cast<uintptr_t>(entries<Result>(std::make_index_sequence<Count>())[slot - slots]);
}

template <typename Result, size_t Count> bool give_back(FreeList &list, uintptr_t address) {
  const AnyFunction<Result> *all = entries<Result>(std::make_index_sequence<Count>());
  for (size_t index = 0; index < Count; index++) {
    if (reinterpret_cast<uintptr_t>(all[index]) != address) continue;
    Callbacks::give_back(slots_of<Result>()[index], list);
    return true;
  }
  return false;
}

} // namespace

void Relay::drain() {
  Callbacks::drain(*this);
}

uintptr_t lend_callback(Callback *callback, bool floating) {
  return floating ? lend<double, floating_slots>(free_floatings, callback)
                  : lend<uint64_t, integer_slots>(free_integers, callback);
}

void give_back_callback(uintptr_t address) {
  if (!give_back<uint64_t, integer_slots>(free_integers, address))
    give_back<double, floating_slots>(free_floatings, address);
}

Unanswered take_unanswered() {
  return std::exchange(unanswered, Unanswered::none);
}

#else

void Relay::drain() {}

uintptr_t lend_callback(Callback *, bool) {
  return 0;
}

void give_back_callback(uintptr_t) {}

Unanswered take_unanswered() {
  return Unanswered::none;
}

#endif

} // namespace mortise
