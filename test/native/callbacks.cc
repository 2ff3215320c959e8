// Functions that JavaScript answers: in their places on their own thread; from others by waiting, until they are
// answered, too late, or given back.
#include "check.h"
#include "services/callbacks.h"

#include <atomic>
#include <thread>
#include <vector>

using namespace mortise;

namespace {

struct Sum : Callback {
  std::vector<Place> places;
  std::atomic<int> *deleted = nullptr;
  std::function<void()> meanwhile;

  using Callback::Callback;
  ~Sum() override {
    if (deleted) ++*deleted;
  }
  uint64_t answer(const Frame &frame) override {
    if (meanwhile) meanwhile();
    uint64_t sum = 0;
    for (const Place &place : places)
      sum = sum * 10 + frame.read(place);
    return sum;
  }
};

using Eight = uint64_t (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

Sum *make(Relay &relay) {
  Sum *sum = new Sum(relay);
  Arguments places;
  for (int i = 0; i < 8; i++)
    sum->places.push_back(places.next(false, 8));
  sum->failure = 77;
  return sum;
}

void answer_here() {
  Relay &relay = *new Relay;
  std::atomic<int> deleted{0};
  Sum *sum = make(relay);
  sum->deleted = &deleted;
  const uintptr_t address = lend_callback(sum, false);
  const Eight call = reinterpret_cast<Eight>(address);
  CHECK(call(1, 2, 3, 4, 5, 6, 7, 8) == 12345678);
  CHECK(take_unanswered() == Unanswered::none);
  // Given back by what it calls: gone only when that has returned.
  sum->meanwhile = [&] {
    give_back_callback(address);
    CHECK(deleted == 0);
  };
  CHECK(call(1, 2, 3, 4, 5, 6, 7, 8) == 12345678 && deleted == 1);
  CHECK(call(1, 2, 3, 4, 5, 6, 7, 8) == 77 && take_unanswered() == Unanswered::closed);
}

void answer_elsewhere() {
  Relay &relay = *new Relay;
  std::atomic<int> woken{0}, done{0};
  relay.wake = [&] { woken++; };
  Sum *sum = make(relay);
  const uintptr_t address = lend_callback(sum, false);
  const Eight call = reinterpret_cast<Eight>(address);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; i++)
    threads.emplace_back([&] {
      CHECK(call(1, 2, 3, 4, 5, 6, 7, 8) == 12345678 && take_unanswered() == Unanswered::none);
      done++;
    });
  while (done < 8) {
    relay.drain();
    std::this_thread::yield();
  }
  for (std::thread &thread : threads)
    thread.join();
  CHECK(woken == 8);
  // Nobody comes.
  sum->patience = std::chrono::milliseconds(20);
  std::thread([&] {
    CHECK(call(1, 2, 3, 4, 5, 6, 7, 8) == 77 && take_unanswered() == Unanswered::late);
  }).join();
  relay.drain(); // finds nothing of the one that left
  // It goes while somebody waits.
  sum->patience = std::chrono::hours(1);
  const int before = woken;
  std::thread waiting(
      [&] { CHECK(call(1, 2, 3, 4, 5, 6, 7, 8) == 77 && take_unanswered() == Unanswered::closed); });
  while (woken == before)
    std::this_thread::yield();
  give_back_callback(address);
  waiting.join();
}

void are_lent_again() {
  Relay &relay = *new Relay;
  std::vector<uintptr_t> all;
  for (;;) {
    Sum *sum = make(relay);
    const uintptr_t address = lend_callback(sum, false);
    if (!address) {
      delete sum;
      break;
    }
    all.push_back(address);
  }
  CHECK(all.size() >= 500);
  for (uintptr_t address : all)
    give_back_callback(address);
  for (int round = 0; round < 2000; round++) {
    const uintptr_t address = lend_callback(make(relay), round % 2 == 0);
    CHECK(address != 0);
    give_back_callback(address);
    give_back_callback(address); // does nothing
  }
}

// A thread that was left behind calls what is lent and given back meanwhile: it never meets memory that is gone.
void meet_nobody() {
  Relay &relay = *new Relay;
  std::atomic<bool> stop{false};
  const uintptr_t first = lend_callback(make(relay), false);
  give_back_callback(first);
  std::thread stray([&] {
    while (!stop)
      reinterpret_cast<Eight>(first)(1, 2, 3, 4, 5, 6, 7, 8);
  });
  for (int round = 0; round < 3000; round++) {
    const uintptr_t address = lend_callback(make(relay), false);
    relay.drain();
    give_back_callback(address);
  }
  stop = true;
  stray.join();
}

} // namespace

int main() {
  answer_here();
  answer_elsewhere();
  are_lent_again();
  meet_nobody();
  std::puts("ok");
}
