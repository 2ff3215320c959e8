#include "engines/log.h"
#include "engines/log_clock.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace mortise {
namespace {

constexpr uint64_t asleep = 1;
constexpr uint64_t unit = 16; // what positions and sizes are multiples of
// A severity from a plugin may be any number; a line keeps 8 bits of it, and this for what has more.
constexpr int32_t no_severity = 255;

// Behind a pointer: gcc, which knows the bound of the size, would write a "rep movs" in its place, and that takes
// longer to begin than the C library takes for a whole line.
void *(*const volatile copy)(void *, const void *, size_t) = memcpy;

// Fetches what the lines after this one will be written to: JavaScript's work between two batches leaves the ring
// far away.
inline void prefetch(void *bytes) {
#if defined(__GNUC__)
  __builtin_prefetch(bytes, 1);
  __builtin_prefetch(static_cast<char *>(bytes) + 64, 1);
#else
  (void)bytes;
#endif
}

constexpr uint64_t cache_line = 64;

char *aligned(char *bytes) {
  const uintptr_t address = reinterpret_cast<uintptr_t>(bytes);
  return bytes + (cache_line - address % cache_line) % cache_line;
}

constexpr uint64_t rounded(uint64_t size) {
  return (size + unit - 1) / unit * unit;
}

} // namespace

void LogRing::Free::operator()(char *bytes) const {
  free(bytes);
}

// calloc, because what no line has reached then takes no memory. Before the first line nobody has to be told of any:
// the reader sleeps.
LogRing::LogRing()
    : memory_(static_cast<char *>(calloc(1, capacity + cache_line))),
      bytes_(aligned(memory_ ? memory_.get() : throw std::bad_alloc())), head_(asleep) {}

void LogRing::write(const Owner *plugin, int32_t severity, std::string_view text, std::string_view fields) {
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
  prefetch(record + 512 < bytes_ + capacity ? record + 512 : bytes_);
  Header *header = reinterpret_cast<Header *>(record);
  header->text_size = static_cast<uint16_t>(text.size());
  header->fields_size = static_cast<uint16_t>(fields.size());
  header->plugin = plugin;
  const int32_t kept = severity < 0 || severity > no_severity ? no_severity : severity;
  // The first line after a drain comes after a pause, perhaps.
  const int64_t now = (before & asleep) ? log_clock::exact() : log_clock::recent();
  header->stamp = now * (no_severity + 1) + kept;
  copy(record + sizeof(Header), text.data(), text.size());
  if (!fields.empty()) copy(record + sizeof(Header) + text.size(), fields.data(), fields.size());
  header->size.store(static_cast<uint32_t>(size), std::memory_order_release);
  if ((before & asleep) && wake) wake();
}

uint64_t LogRing::begin_drain(uint64_t &dropped) {
  dropped += dropped_.exchange(0, std::memory_order_relaxed);
  return head_.fetch_or(asleep, std::memory_order_relaxed) & ~asleep;
}

const LogRing::Header *LogRing::next() const {
  const uint64_t at = tail_.load(std::memory_order_relaxed) & (capacity - 1);
  const Header *header = reinterpret_cast<const Header *>(bytes_ + at);
  return header->size.load(std::memory_order_acquire) ? header : nullptr;
}

bool LogRing::to_line(const Header &header, LogLine &line) {
  if (header.size.load(std::memory_order_relaxed) & 1) return false;
  const char *text = reinterpret_cast<const char *>(&header) + sizeof(Header);
  line.plugin = header.plugin;
  line.severity = static_cast<int32_t>(header.stamp % (no_severity + 1));
  line.milliseconds = header.stamp / (no_severity + 1);
  line.text = {text, header.text_size};
  line.fields = {text + header.text_size, header.fields_size};
  return true;
}

void LogRing::give_back(const Header &header) {
  const uint64_t size = header.size.load(std::memory_order_relaxed) & ~uint64_t(1);
  const uint64_t tail = tail_.load(std::memory_order_relaxed);
  memset(bytes_ + (tail & (capacity - 1)), 0, size);
  tail_.store(tail + size, std::memory_order_release);
}

} // namespace mortise
