// The host's log: a ring that plugins fill from any thread and JavaScript empties in batches.
#pragma once

#include "engines/log_fields.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace mortise {

struct Owner;

// A line as it lies in the ring: both texts are valid only while it is visited.
struct LogLine {
  const Owner *plugin;
  int32_t severity;
  int64_t milliseconds; // since 1970
  std::string_view text;
  std::string_view fields; // as log_fields.h encodes them
};

// Many writers, one reader. A writer never waits: when the ring is full the line is counted as dropped.
//
// Lines lie behind each other, each as long as it is: a line of usual length is one or two cache lines, and
// the next one is where the processor fetches ahead. A writer first takes room by moving `head_`, then fills it, and
// last says in the line's own header that it is complete. Bytes that nobody has written are zero, so a
// reader sees where the complete lines end; it makes what it has read zero again before it gives it back.
class LogRing {
public:
  LogRing();
  LogRing(const LogRing &) = delete;
  LogRing &operator=(const LogRing &) = delete;

  // Called by the first writer after each drain, on the writer's thread. Set before the first write.
  std::function<void()> wake;
  std::atomic<int32_t> lowest_severity{0};

  // `text` is cut at 4,096 bytes. `fields` are as log_fields.h encodes them, at most fields_capacity bytes.
  void write(const Owner *plugin, int32_t severity, std::string_view text, std::string_view fields = {});

  // The same, in log_write.h.
  void write_inline(const Owner *plugin, int32_t severity, std::string_view text, std::string_view fields);

  // Takes out what is there, and adds to `dropped` how many lines were lost since the last drain. False when a
  // writer hasn't finished its line: that one, and what came after it, is for another drain soon, for which
  // nobody calls `wake`.
  template <typename Visit> bool drain(Visit visit, uint64_t &dropped) {
    const uint64_t end = begin_drain(dropped);
    LogLine line;
    while (tail_.load(std::memory_order_relaxed) != end) {
      const Header *header = next();
      if (!header) return false;
      if (to_line(*header, line)) visit(static_cast<const LogLine &>(line));
      give_back(*header);
    }
    restart(end);
    return true;
  }

  // For the reader, last: what was not drained is lost, as is every later line, and the memory is given back. A
  // writer that has begun is waited for; one that doesn't end soon keeps the memory, until this is called again.
  void close();

  static constexpr uint64_t capacity = 512 * 1024; // a power of two
  static constexpr size_t max_text = 4096;

private:
  struct Header {
    std::atomic<uint32_t> size; // of the whole record; 0 until that is complete
    uint16_t text_size;
    uint16_t fields_size;
    const Owner *plugin;
    int64_t stamp; // milliseconds, and in the lowest bits the severity
  };
  static_assert(sizeof(Header) == 24, "a line of 56 bytes takes 80");

  static constexpr uint64_t asleep = 1;
  // A position that no line reaches: to every writer the ring is full then, without a question more.
  static constexpr uint64_t closed = uint64_t(1) << 62;
  static constexpr uint64_t unit = 16; // what positions and sizes are multiples of
  // A severity from a plugin may be any number; a line keeps 8 bits of it, and this for what has more.
  static constexpr int32_t no_severity = 255;

  static constexpr uint64_t rounded(uint64_t size) { return (size + unit - 1) / unit * unit; }

  uint64_t begin_drain(uint64_t &dropped);
  const Header *next() const;
  // False when the record only fills the end of the ring.
  static bool to_line(const Header &header, LogLine &line);
  void give_back(const Header &header);
  void restart(uint64_t end);

  struct Free {
    void operator()(char *bytes) const;
  };
  std::unique_ptr<char, Free> memory_;
  char *const bytes_; // in `memory_`, where a cache line begins
  // Counts bytes and never restarts. Records start at multiples of 16, which leaves the lowest bit for `asleep`: the reader
  // has seen all up to here, and the next writer wakes it. In one word with the position, because then no
  // line can come between what the reader saw and its going to sleep.
  alignas(64) std::atomic<uint64_t> head_;
  alignas(64) std::atomic<uint64_t> tail_{0};
  std::atomic<uint64_t> dropped_{0};
};

} // namespace mortise
