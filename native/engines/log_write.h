// LogRing::write where a call more is a tenth of a line's cost: what it saves on the stack must all be written before
// the exchange can begin.
#pragma once

#include "engines/log.h"
#include "engines/log_clock.h"

#include <cstring>

namespace mortise {

// Behind a pointer: gcc, which knows the bound of the size, would write a "rep movs" in its place, and that takes
// longer to begin than the C library takes for a whole line.
inline void *(*const volatile copy_bytes)(void *, const void *, size_t) = memcpy;

#if defined(__GNUC__)
__attribute__((always_inline))
#endif
inline void LogRing::write_inline(const Owner *plugin, int32_t severity, std::string_view text,
                                  std::string_view fields) {
  if (text.size() > max_text) text = text.substr(0, max_text);
  if (fields.size() > fields_capacity) fields = {};
  const uint64_t size = rounded(sizeof(Header) + text.size() + fields.size());
  uint64_t before = head_.load(std::memory_order_relaxed);
  uint64_t at, filling;
  do {
    at = before & ~asleep;
    // A line doesn't go round the end: what is left there becomes a record of its own.
    const uint64_t left = capacity - (at & (capacity - 1));
    filling = left < size ? left : 0;
    // Negative when `before` is older than what the reader has given back since; then the exchange fails.
    const int64_t used = static_cast<int64_t>(at - tail_.load(std::memory_order_acquire));
    if (used + static_cast<int64_t>(filling + size) > static_cast<int64_t>(capacity)) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
  } while (!head_.compare_exchange_weak(before, at + filling + size, std::memory_order_relaxed));
  if (filling > 0) {
    // As short as `unit`: nothing of a header but its size may lie there.
    reinterpret_cast<Header *>(bytes_ + (at & (capacity - 1)))
        ->size.store(static_cast<uint32_t>(filling) | 1, std::memory_order_release);
    at += filling;
  }
  char *record = bytes_ + (at & (capacity - 1));
  Header *header = reinterpret_cast<Header *>(record);
  header->text_size = static_cast<uint16_t>(text.size());
  header->fields_size = static_cast<uint16_t>(fields.size());
  header->plugin = plugin;
  const int32_t kept = severity < 0 || severity > no_severity ? no_severity : severity;
  // The first line after a drain comes after a pause, perhaps.
  const int64_t now = (before & asleep) ? log_clock::exact() : log_clock::recent();
  header->stamp = now * (no_severity + 1) + kept;
  copy_bytes(record + sizeof(Header), text.data(), text.size());
  if (!fields.empty()) copy_bytes(record + sizeof(Header) + text.size(), fields.data(), fields.size());
  header->size.store(static_cast<uint32_t>(size), std::memory_order_release);
  if ((before & asleep) && wake) wake();
}

} // namespace mortise
