#include "services/log.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace mortise {
namespace {

int64_t now_milliseconds() {
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

// Behind a pointer: gcc, which knows the bound of the size, would write a "rep movs" in its place, and that takes
// longer to begin than the C library takes for a whole line.
void *(*const volatile copy)(void *, const void *, size_t) = memcpy;

// Fetches the two cache lines that a line of usual length will be written to. Taking a slot waits until the stores
// to the one before it have arrived, and JavaScript's work between two batches leaves the ring far away.
inline void prefetch(void *slot) {
#if defined(__GNUC__)
  __builtin_prefetch(slot, 1);
  __builtin_prefetch(static_cast<char *>(slot) + 64, 1);
#else
  (void)slot;
#endif
}

} // namespace

// A bounded queue after Dmitry Vyukov: each slot carries the turn at which it may next be written or read.
LogRing::LogRing() : ring_(new Slot[slots]) {
  for (size_t i = 0; i < slots; i++)
    ring_[i].turn.store(i, std::memory_order_relaxed);
}

LogRing::~LogRing() {
  uint64_t dropped = 0;
  drain(dropped);
}

void LogRing::write(const Plugin *plugin, int32_t severity, const char *text, uint64_t size,
                    const char *fields, size_t fields_size) {
  uint64_t at = head_.load(std::memory_order_relaxed);
  Slot *slot;
  for (;;) {
    slot = &ring_[at & (slots - 1)];
    const int64_t lead = static_cast<int64_t>(slot->turn.load(std::memory_order_acquire) - at);
    if (lead == 0) {
      if (head_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) break;
    } else if (lead < 0) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    } else {
      at = head_.load(std::memory_order_relaxed);
    }
  }
  prefetch(&ring_[(at + 8) & (slots - 1)]);
  if (size > longest) size = longest;
  slot->plugin = plugin;
  slot->severity = severity;
  slot->milliseconds = now_milliseconds();
  const bool large = size + fields_size > inline_size;
  slot->heap = large ? static_cast<char *>(malloc(size + fields_size)) : nullptr;
  if (large && !slot->heap) {
    if (size > inline_size) size = inline_size;
    fields_size = 0;
  }
  char *into = slot->heap ? slot->heap : slot->text;
  copy(into, text, size);
  if (fields_size > 0) copy(into + size, fields, fields_size);
  slot->size = static_cast<uint16_t>(size);
  slot->fields_size = static_cast<uint16_t>(fields_size);
  slot->turn.store(at + 1, std::memory_order_release);
  if (!awake_.load(std::memory_order_relaxed) && !awake_.exchange(true, std::memory_order_acq_rel) && wake)
    wake();
}

std::vector<LogLine> LogRing::drain(uint64_t &dropped) {
  // First the flag, then the lines: a line written after its slot was looked at wakes the reader again.
  awake_.store(false, std::memory_order_seq_cst);
  std::vector<LogLine> lines;
  for (;;) {
    Slot &slot = ring_[tail_ & (slots - 1)];
    if (slot.turn.load(std::memory_order_acquire) != tail_ + 1) break;
    const char *from = slot.heap ? slot.heap : slot.text;
    lines.push_back({slot.plugin, slot.severity, slot.milliseconds, std::string(from, slot.size),
                     std::string(from + slot.size, slot.fields_size)});
    free(slot.heap);
    slot.turn.store(tail_ + slots, std::memory_order_release);
    tail_++;
  }
  dropped += dropped_.exchange(0, std::memory_order_relaxed);
  return lines;
}

} // namespace mortise
