#include "engines/log_clock.h"

#include <chrono>
#include <ctime>

#ifndef _WIN32
#include <pthread.h>
#include <signal.h>

#include <system_error>
#include <thread>
#endif

namespace mortise::log_clock {

std::atomic<int64_t> word{0};
std::atomic<bool> used{false};

namespace {

int64_t ask() {
#ifdef CLOCK_REALTIME_COARSE
  // A few nanoseconds instead of some twenty, and as fine as the kernel's tick: enough for a log line.
  timespec time;
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return static_cast<int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1000000;
#else
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
#endif
}

#ifdef _WIN32

// Asking is cheap there, and sleeping takes 16 milliseconds.
void count(int64_t) {}

#else

// Lines within `burst_milliseconds` that are worth a thread.
constexpr uint32_t burst_lines = 64;
constexpr int64_t burst_milliseconds = 16;
// Milliseconds without a line after which the thread ends.
constexpr int max_idle = 200;

std::atomic<bool> running{false};
std::atomic<int64_t> burst_start{0};
std::atomic<uint32_t> burst{0};

void tick() {
#ifdef __linux__
  pthread_setname_np(pthread_self(), "mortise-clock"); // so that the trial doesn't take it for a plugin's
#endif
  for (int idle = 0; idle < max_idle; idle++) {
    if (used.exchange(false, std::memory_order_relaxed)) idle = 0;
    // Nobody may find a time from before a pause.
    word.store(idle == 0 ? ask() : paused, std::memory_order_relaxed);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  word.store(0, std::memory_order_relaxed);
  running.store(false, std::memory_order_release);
}

// A fork's child has the word and not the thread.
void forget() {
  word.store(0, std::memory_order_relaxed);
  running.store(false, std::memory_order_relaxed);
}

void start() {
  if (running.exchange(true, std::memory_order_acquire)) return;
  static const int prepared = pthread_atfork(nullptr, nullptr, forget);
  (void)prepared;
  // The thread is none of the program's: it takes no signal.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread(tick).detach();
  } catch (const std::system_error &) {
    running.store(false, std::memory_order_relaxed); // no more threads: the next burst tries again
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void count(int64_t now) {
  const int64_t since = burst_start.load(std::memory_order_relaxed);
  if (now < since || now - since > burst_milliseconds) {
    burst_start.store(now, std::memory_order_relaxed);
    burst.store(0, std::memory_order_relaxed);
  } else if (burst.fetch_add(1, std::memory_order_relaxed) == burst_lines) {
    start();
  }
}

#endif

} // namespace

int64_t exact() {
  const int64_t now = ask();
  if (!used.load(std::memory_order_relaxed)) used.store(true, std::memory_order_relaxed);
  int64_t before = word.load(std::memory_order_relaxed);
  if (before == 0) {
    count(now);
  } else if (before < now) {
    // So that the lines after this one aren't older; unless the thread has just stopped writing it.
    word.compare_exchange_strong(before, now, std::memory_order_relaxed);
  }
  return now;
}

} // namespace mortise::log_clock
