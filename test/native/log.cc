// The log ring: every line arrives once and in its writer's order, or is counted as lost, and none waits for a
// wake that never comes.
#include "engines/log.h"
#include "check.h"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace mortise;

namespace {

// Stands for a plugin; the ring only hands it on.
const Owner *plugin_of(uintptr_t number) {
  return reinterpret_cast<const Owner *>(number);
}

struct Line {
  std::string text, fields;
  int32_t severity;
};

std::vector<Line> drained(LogRing &ring, uint64_t &dropped) {
  std::vector<Line> lines;
  const bool complete = ring.drain(
      [&lines](const LogLine &line) {
        CHECK(line.milliseconds > 0);
        lines.push_back({std::string(line.text), std::string(line.fields), line.severity});
      },
      dropped);
  CHECK(complete); // nobody writes meanwhile
  return lines;
}

// Up to 600 bytes, some with fields, so that records end everywhere in the ring.
std::string text_of(int writer, int number) {
  return std::to_string(writer) + " " + std::to_string(number) + " " +
         std::string(static_cast<size_t>(number % 600), 'x');
}
std::string fields_of(int number) {
  return std::string(static_cast<size_t>(number % 3 ? 0 : number % 700), 'f');
}

void counts_every_line() {
  constexpr int writers = 4, lines_each = 60000;
  LogRing ring;
  std::atomic<int> running{writers};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; writer++) {
    threads.emplace_back([&ring, &running, writer] {
      for (int number = 0; number < lines_each; number++) {
        ring.write(plugin_of(static_cast<uintptr_t>(writer) + 1), writer, text_of(writer, number),
                   fields_of(number));
        if (number % 1000 == 0) std::this_thread::yield();
      }
      running--;
    });
  }
  uint64_t dropped = 0, received = 0;
  int last[writers] = {-1, -1, -1, -1};
  const auto take = [&](const LogLine &line) {
    const int writer = line.severity;
    CHECK(writer >= 0 && writer < writers && line.plugin == plugin_of(static_cast<uintptr_t>(writer) + 1));
    const int number = atoi(std::string(line.text.substr(2, 12)).c_str());
    CHECK(number > last[writer]);
    CHECK(line.text == text_of(writer, number) && line.fields == fields_of(number));
    last[writer] = number;
    received++;
  };
  while (running > 0)
    ring.drain(take, dropped);
  for (std::thread &thread : threads)
    thread.join();
  CHECK(ring.drain(take, dropped));
  CHECK(received + dropped == static_cast<uint64_t>(writers) * lines_each);
  CHECK(received > 0);
}

// A reader that only drains when it's woken, or when a drain says that a line wasn't complete, gets all.
void wakes_for_every_line() {
  constexpr int writers = 3, rounds = 3000;
  LogRing ring;
  std::mutex mutex;
  std::condition_variable condition;
  bool awake = false;
  ring.wake = [&] {
    std::lock_guard<std::mutex> lock(mutex);
    awake = true;
    condition.notify_one();
  };
  std::atomic<int> received{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; writer++) {
    threads.emplace_back([&ring, &received, writer] {
      for (int number = 0; number < rounds; number++) {
        ring.write(nullptr, writer, "line");
        // Often in the moment in which the reader goes to sleep.
        if (number % 3 == 0) {
          while (received < number)
            std::this_thread::yield();
        }
      }
    });
  }
  uint64_t dropped = 0;
  while (received < writers * rounds) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      CHECK(condition.wait_for(lock, std::chrono::seconds(20), [&awake] { return awake; }));
      awake = false;
    }
    if (!ring.drain([&received](const LogLine &) { received++; }, dropped)) ring.wake();
  }
  for (std::thread &thread : threads)
    thread.join();
  CHECK(dropped == 0);
}

// A text whose bytes can't be read before `go`: what copies it stands still in the middle of a line.
struct Stalled {
  static constexpr size_t size = 4096;
  static char *page;
  static std::atomic<bool> reached, go;

  static void wait(int) {
    reached = true;
    while (!go)
      usleep(100);
    mprotect(page, size, PROT_READ);
  }
};
char *Stalled::page;
std::atomic<bool> Stalled::reached{false}, Stalled::go{false};

void says_when_a_line_is_not_complete() {
  const long page_size = sysconf(_SC_PAGESIZE);
  Stalled::page = static_cast<char *>(
      mmap(nullptr, static_cast<size_t>(page_size), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  CHECK(Stalled::page != MAP_FAILED);
  struct sigaction wait = {}, before;
  wait.sa_handler = Stalled::wait;
  CHECK(sigaction(SIGSEGV, &wait, &before) == 0);
  LogRing ring;
  ring.write(nullptr, 1, "first");
  std::thread writer([&ring] { ring.write(nullptr, 2, {Stalled::page, 64}); });
  while (!Stalled::reached)
    usleep(100);
  ring.write(nullptr, 3, "last");
  std::vector<int32_t> severities;
  const auto take = [&severities](const LogLine &line) { severities.push_back(line.severity); };
  uint64_t dropped = 0;
  CHECK(!ring.drain(take, dropped) && !ring.drain(take, dropped));
  CHECK(severities == std::vector<int32_t>{1});
  LogRing closed;
  Stalled::reached = false;
  std::thread late([&closed] { closed.write(nullptr, 2, {Stalled::page, 64}); });
  while (!Stalled::reached)
    usleep(100);
  closed.close(); // and its memory stays, for the one who writes there
  Stalled::go = true;
  writer.join();
  late.join();
  closed.close();
  CHECK(drained(closed, dropped).empty() && dropped == 1);
  dropped = 0;
  CHECK(ring.drain(take, dropped) && dropped == 0);
  CHECK(severities == (std::vector<int32_t>{1, 2, 3}));
  sigaction(SIGSEGV, &before, nullptr);
  munmap(Stalled::page, static_cast<size_t>(page_size));
}

void keeps_the_first_when_it_is_full() {
  constexpr size_t many = 40000;
  LogRing ring;
  int wakes = 0;
  ring.wake = [&wakes] { wakes++; };
  for (int round = 0; round < 5; round++) {
    for (size_t number = 0; number < many; number++)
      ring.write(nullptr, 0, std::to_string(number));
    uint64_t dropped = 0;
    const std::vector<Line> lines = drained(ring, dropped);
    CHECK(lines.size() + dropped == many && dropped > 0);
    // Lines of 1 to 5 bytes take 32 each.
    CHECK(lines.size() == LogRing::capacity / 32);
    for (size_t i = 0; i < lines.size(); i++)
      CHECK(lines[i].text == std::to_string(i));
    CHECK(drained(ring, dropped).empty());
  }
  CHECK(wakes == 5); // once a drain, not once a line
}

// Memory that was given back is touched no more: the sanitizers see it.
void closes_under_its_writers() {
  constexpr int writers = 4, lines_each = 2000;
  for (int round = 0; round < 50; round++) {
    LogRing ring;
    std::atomic<int> written{0};
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; writer++) {
      threads.emplace_back([&ring, &written, writer] {
        for (int number = 0; number < lines_each; number++) {
          ring.write(nullptr, writer, text_of(writer, number), fields_of(number));
          written++;
        }
      });
    }
    uint64_t received = 0, dropped = 0;
    const auto take = [&received](const LogLine &) { received++; };
    while (written < round * 100)
      ring.drain(take, dropped);
    ring.close();
    CHECK(drained(ring, dropped).empty());
    for (std::thread &thread : threads)
      thread.join();
    ring.close();
    CHECK(drained(ring, dropped).empty());
    CHECK(received + dropped == static_cast<uint64_t>(writers) * lines_each);
  }
}

// A ring that is drained in time stays in few pages.
void begins_again_where_it_began() {
  LogRing ring;
  const char *least = nullptr, *greatest = nullptr;
  uint64_t dropped = 0;
  for (int round = 0; round < 5000; round++) {
    for (int number = 0; number < 10; number++)
      ring.write(nullptr, number, text_of(0, round + number));
    int next = 0;
    CHECK(ring.drain(
        [&](const LogLine &line) {
          CHECK(line.severity == next++);
          if (!least || line.text.data() < least) least = line.text.data();
          if (line.text.data() > greatest) greatest = line.text.data();
        },
        dropped));
    CHECK(next == 10);
  }
  CHECK(dropped == 0);
  CHECK(greatest - least < static_cast<ptrdiff_t>(LogRing::capacity / 8));
}

void holds_lines_of_every_length() {
  LogRing ring;
  for (size_t size = 0; size < 6000; size += size < 300 ? 1 : 97) {
    const std::string text(size, 'z'), fields(size / 2 > fields_capacity ? 0 : size / 2, 'f');
    const ExactText exact(text), exact_fields(fields);
    const mortise_text bytes = exact, field_bytes = exact_fields;
    ring.write(nullptr, 3, {bytes.data, bytes.size}, {field_bytes.data, field_bytes.size});
    uint64_t dropped = 0;
    const std::vector<Line> lines = drained(ring, dropped);
    CHECK(lines.size() == 1 && dropped == 0 && lines[0].severity == 3);
    CHECK(lines[0].text == text.substr(0, LogRing::max_text) && lines[0].fields == fields);
  }
  ring.write(nullptr, 3, "text", std::string(70000, 'f'));
  uint64_t dropped = 0;
  CHECK(drained(ring, dropped)[0].fields.empty());
}

void says_of_a_severity_that_is_none_that_it_is_none() {
  LogRing ring;
  for (const int32_t severity : {-1, 254, 255, 256, INT32_MAX, INT32_MIN}) {
    ring.write(nullptr, severity, "line");
    uint64_t dropped = 0;
    CHECK(drained(ring, dropped)[0].severity >= 254);
  }
}

} // namespace

int main() {
  counts_every_line();
  wakes_for_every_line();
  says_when_a_line_is_not_complete();
  keeps_the_first_when_it_is_full();
  closes_under_its_writers();
  begins_again_where_it_began();
  holds_lines_of_every_length();
  says_of_a_severity_that_is_none_that_it_is_none();
  std::puts("ok");
}
