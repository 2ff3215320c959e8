// The host's log: a ring that plugins fill from any thread and JavaScript empties in batches.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mortise {

struct Plugin;

struct LogLine {
  const Plugin *plugin;
  int32_t severity;
  int64_t milliseconds; // since 1970
  std::string text;
  std::string fields; // as log_fields.h encodes them
};

// Many writers, one reader. A writer never waits: when the ring is full the line is counted as dropped.
class LogRing {
public:
  LogRing();
  ~LogRing();
  LogRing(const LogRing &) = delete;
  LogRing &operator=(const LogRing &) = delete;

  // Called by the first writer after each drain, on the writer's thread. Set before the first write.
  std::function<void()> wake;
  std::atomic<int32_t> lowest_severity{0};

  // `fields` are as log_fields.h encodes them, at most 64 KiB.
  void write(const Plugin *plugin, int32_t severity, const char *text, uint64_t size,
             const char *fields = nullptr, size_t fields_size = 0);
  // Takes out what is there, and adds to `dropped` how many lines were lost since the last drain.
  std::vector<LogLine> drain(uint64_t &dropped);

private:
  // 256 bytes: most lines fit, and a longer one goes to the heap.
  static constexpr size_t inline_size = 216;
  static constexpr size_t slots = 4096; // a power of two
  static constexpr size_t longest = 4096;

  struct Slot {
    std::atomic<uint64_t> turn;
    const Plugin *plugin;
    int64_t milliseconds;
    char *heap;
    int32_t severity;
    uint16_t size;
    uint16_t fields_size;
    char text[inline_size]; // then the fields
  };

  std::unique_ptr<Slot[]> ring_;
  alignas(64) std::atomic<uint64_t> head_{0};
  alignas(64) uint64_t tail_ = 0;
  alignas(64) std::atomic<uint64_t> dropped_{0};
  std::atomic<bool> awake_{false};
};

} // namespace mortise
