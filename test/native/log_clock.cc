// The clock of log lines: never ahead, never from before a pause, and alive again in a fork's child.
#include "engines/log_clock.h"
#include "check.h"

#include <ctime>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace mortise;

namespace {

int64_t now() {
  timespec time;
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return static_cast<int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1000000;
}

bool ticks() {
  return log_clock::word.load() != 0;
}

// As a plugin that logs without a pause. Ends when the thread writes the word; a hang says that it never does.
void flow() {
  const int64_t start = now();
  while (!ticks()) {
    const int64_t found = log_clock::exact();
    CHECK(found >= start && found <= now());
  }
}

void is_never_ahead() {
  flow();
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 4; writer++) {
    threads.emplace_back([start = now()] {
      for (int line = 0; line < 200000; line++)
        CHECK(log_clock::recent() <= now());
      CHECK(log_clock::exact() >= start);
    });
  }
  for (std::thread &thread : threads)
    thread.join();
}

void has_no_time_from_before_a_pause() {
  for (int round = 0; round < 3; round++) {
    flow();
    while (ticks())
      std::this_thread::yield();
    const int64_t start = now();
    const int64_t found = log_clock::recent();
    CHECK(found >= start && found <= now());
  }
}

// Every line after a pause would ask the system otherwise, until the thread's next turn.
void is_written_by_who_asks_after_a_pause() {
  bool written = false;
  for (int round = 0; round < 1000 && !written; round++) {
    flow();
    while (log_clock::word.load() > log_clock::paused)
      std::this_thread::yield();
    if (!ticks()) continue;
    const int64_t start = now();
    CHECK(log_clock::recent() >= start);
    // Not always: the thread may just be saying that lines pause.
    written = log_clock::word.load() >= start;
  }
  CHECK(written);
}

// ThreadSanitizer doesn't follow a fork of a program with threads.
#ifndef __SANITIZE_THREAD__
void ticks_again_in_a_child() {
  flow();
  const pid_t child = fork();
  if (child == 0) {
    CHECK(!ticks());
    const int64_t start = now();
    CHECK(log_clock::recent() >= start);
    flow();
    _exit(0);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
#endif

} // namespace

int main() {
  is_never_ahead();
  has_no_time_from_before_a_pause();
  is_written_by_who_asks_after_a_pause();
#ifndef __SANITIZE_THREAD__
  ticks_again_in_a_child();
#endif
  std::puts("ok");
}
