#include "engines/log_write.h"

#include <chrono>
#include <cstdlib>
#include <new>
#include <thread>

namespace mortise {
namespace {

constexpr uint64_t cache_line = 64;

char *aligned(char *bytes) {
  const uintptr_t address = reinterpret_cast<uintptr_t>(bytes);
  return bytes + (cache_line - address % cache_line) % cache_line;
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
  write_inline(plugin, severity, text, fields);
}

uint64_t LogRing::begin_drain(uint64_t &dropped) {
  dropped += dropped_.exchange(0, std::memory_order_relaxed);
  return head_.fetch_or(asleep, std::memory_order_relaxed) & ~(asleep | closed);
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

// When no line has come since `end`, the next one is written where the ring begins: memory that is used again and again
// stays in the processor's caches, and memory behind it is never touched.
void LogRing::restart(uint64_t end) {
  // Until the tail follows, a writer takes what is left out for used: there must be room beside it.
  if ((end & (capacity - 1)) < capacity / 16) return;
  uint64_t seen = end | asleep;
  const uint64_t start = (end / capacity + 1) * capacity;
  if (head_.compare_exchange_strong(seen, start | asleep, std::memory_order_relaxed))
    tail_.store(start, std::memory_order_release);
}

void LogRing::close() {
  // What a writer has seen of the head before isn't there any more, so that no room is taken from here on.
  head_.fetch_or(closed, std::memory_order_relaxed);
  uint64_t lost = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  bool isComplete = drain([&lost](const LogLine &) { lost++; }, lost);
  while (!isComplete && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
    isComplete = drain([&lost](const LogLine &) { lost++; }, lost);
  }
  dropped_.fetch_add(lost, std::memory_order_relaxed);
  if (isComplete) memory_.reset();
}

} // namespace mortise
