// The log ring: every line arrives once and in its writer's order, or is counted as lost.
#include "services/log.h"
#include "check.h"

#include <thread>
#include <vector>

using namespace mortise;

namespace {

constexpr int writers = 4;
constexpr int lines_each = 60000;

// Stands for a plugin; the ring only hands it on.
const Plugin *plugin_of(uintptr_t number) {
  return reinterpret_cast<const Plugin *>(number);
}

// Up to 600 bytes: some lines fit into a slot, others go to the heap.
std::string line_of(int writer, int number) {
  return std::to_string(writer) + " " + std::to_string(number) + " " +
         std::string(static_cast<size_t>(number % 600), 'x');
}

void counts_every_line() {
  LogRing ring;
  std::atomic<int> wakes{0};
  ring.wake = [&wakes] { wakes++; };
  std::atomic<int> running{writers};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; writer++) {
    threads.emplace_back([&ring, &running, writer] {
      for (int number = 0; number < lines_each; number++) {
        const std::string line = line_of(writer, number);
        ring.write(plugin_of(static_cast<uintptr_t>(writer) + 1), writer, line.data(), line.size());
        if (number % 1000 == 0) std::this_thread::yield();
      }
      running--;
    });
  }
  uint64_t dropped = 0, received = 0;
  int last[writers] = {-1, -1, -1, -1};
  const auto drain = [&] {
    for (const LogLine &line : ring.drain(dropped)) {
      const int writer = line.severity;
      CHECK(writer >= 0 && writer < writers && line.plugin == plugin_of(static_cast<uintptr_t>(writer) + 1));
      const int number = atoi(line.text.c_str() + 2);
      CHECK(number > last[writer]);
      CHECK(line.text == line_of(writer, number));
      CHECK(line.milliseconds > 0);
      last[writer] = number;
      received++;
    }
  };
  while (running > 0)
    drain();
  for (std::thread &thread : threads)
    thread.join();
  drain();
  CHECK(received + dropped == static_cast<uint64_t>(writers) * lines_each);
  CHECK(received > 0 && wakes > 0);
}

void keeps_the_first_when_it_is_full() {
  LogRing ring;
  int wakes = 0;
  ring.wake = [&wakes] { wakes++; };
  for (int round = 0; round < 3; round++) {
    for (int number = 0; number < 5000; number++) {
      const std::string line = std::to_string(number);
      ring.write(nullptr, 0, line.data(), line.size());
    }
    uint64_t dropped = 0;
    const std::vector<LogLine> lines = ring.drain(dropped);
    CHECK(lines.size() == 4096 && dropped == 5000 - 4096);
    for (size_t i = 0; i < lines.size(); i++)
      CHECK(lines[i].text == std::to_string(i));
    CHECK(ring.drain(dropped).empty() && dropped == 5000 - 4096);
  }
  CHECK(wakes == 3); // once a drain, not once a line
}

void cuts_what_is_too_long() {
  LogRing ring;
  for (const size_t size : {size_t(0), size_t(1), size_t(200), size_t(215), size_t(216), size_t(217),
                            size_t(4095), size_t(4096), size_t(4097), size_t(1000000)}) {
    const std::string line(size, 'z');
    const ExactText exact(line);
    const mortise_text text = exact;
    ring.write(nullptr, 0, text.data, text.size);
    uint64_t dropped = 0;
    const std::vector<LogLine> lines = ring.drain(dropped);
    CHECK(lines.size() == 1 && dropped == 0);
    CHECK(lines[0].text == line.substr(0, 4096));
  }
}

void frees_what_nobody_took() {
  LogRing ring;
  const std::string line(3000, 'h');
  for (int i = 0; i < 10000; i++)
    ring.write(nullptr, 0, line.data(), line.size());
}

} // namespace

int main() {
  counts_every_line();
  keeps_the_first_when_it_is_full();
  cuts_what_is_too_long();
  frees_what_nobody_took();
  std::puts("ok");
}
