// The time of log lines. While lines flow, a thread writes it into a word each millisecond, because asking the system
// takes longer than all the rest of a line; it ends when they stop.
#pragma once

#include <atomic>
#include <cstdint>

namespace mortise::log_clock {

// While lines pause and the thread still runs: whoever asks the system next writes the word.
constexpr int64_t paused = 1;
// Milliseconds since 1970, `paused`, or 0 while there is no thread.
extern std::atomic<int64_t> word;
// Whether somebody read it since it was last written.
extern std::atomic<bool> used;

// Asks the system. From any thread.
int64_t exact();

// As old as the thread that writes the word is late: about a millisecond. From any thread.
inline int64_t recent() {
  const int64_t now = word.load(std::memory_order_relaxed);
  if (now <= paused) return exact();
  if (!used.load(std::memory_order_relaxed)) used.store(true, std::memory_order_relaxed);
  return now;
}

} // namespace mortise::log_clock
