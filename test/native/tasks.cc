// Tasks: run where and when they should, and never once their plugin is closed.
#include "hosts.h"

#include <atomic>
#include <thread>
#include <vector>

using namespace mortise;
using namespace std::chrono_literals;

namespace {

void count(void *context) {
  ++*static_cast<std::atomic<int> *>(context);
}

template <typename Condition> bool soon(Condition condition) {
  for (int i = 0; i < 5000 && !condition(); i++)
    std::this_thread::sleep_for(1ms);
  return condition();
}

void run_in_order() {
  Host &host = new_host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const mortise_host *self = &plugin.table;
  std::atomic<int> woken{0};
  host.tasks.wake = [&] { woken++; };
  static std::string order;
  const auto append = [](void *letter) { order += *static_cast<const char *>(letter); };
  static char letters[] = "abc";
  for (char *letter = letters; *letter; letter++)
    CHECK(tasks_table.run_main(self, append, letter) > 0);
  CHECK(order.empty() && woken == 1);
  host.tasks.run_main_tasks();
  CHECK(order == "abc");
  // What a task adds runs the next time, so that none keeps the main thread busy without end.
  struct Again {
    const mortise_host *self;
    int runs;
  } again = {self, 0};
  static mortise_task repeat = [](void *context) {
    Again &it = *static_cast<Again *>(context);
    it.runs++;
    tasks_table.run_main(it.self, repeat, context);
  };
  tasks_table.run_main(self, repeat, &again);
  for (int i = 1; i < 5; i++) {
    host.tasks.run_main_tasks();
    CHECK(again.runs == i);
  }
  CHECK(tasks_table.run_main(self, nullptr, nullptr) == 0 &&
        tasks_table.run_pool(self, nullptr, nullptr) == 0);
  CHECK(tasks_table.start_timer(self, 0, 0, nullptr, nullptr) == 0);
  host.tasks.shut_down();
}

void run_on_the_pool() {
  Host &host = new_host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin"), &other = plugin_of(host, "other");
  const mortise_host *self = &plugin.table;
  static std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++)
    threads.emplace_back([self] {
      for (int i = 0; i < 2000; i++)
        CHECK(tasks_table.run_pool(self, count, &done) > 0);
    });
  for (std::thread &thread : threads)
    thread.join();
  CHECK(soon([] { return done == 8000; }));

  // All four threads busy: the fifth waits, and can be cancelled, but not by another plugin.
  static std::atomic<bool> go{false};
  static std::atomic<int> begun{0}, never{0};
  const auto hold = [](void *) {
    begun++;
    while (!go)
      std::this_thread::sleep_for(1ms);
  };
  uint64_t holding = 0;
  for (int i = 0; i < 4; i++)
    holding = tasks_table.run_pool(self, hold, nullptr);
  CHECK(soon([] { return begun == 4; }));
  const uint64_t waiting = tasks_table.run_pool(self, count, &never);
  tasks_table.run_pool(self, count, &never);
  CHECK(tasks_table.cancel(&other.table, waiting) == MORTISE_PASS);
  CHECK(tasks_table.cancel(self, waiting) == MORTISE_OK && tasks_table.cancel(self, waiting) == MORTISE_PASS);
  CHECK(tasks_table.cancel(self, holding) == MORTISE_PASS && tasks_table.cancel(self, 0) == MORTISE_PASS);
  CHECK(tasks_table.cancel(self, UINT64_MAX) == MORTISE_PASS);
  // What runs keeps the plugin; what waits is dropped, and nothing new comes.
  CHECK(!plugin.stop(20ms) && host.tasks.running(&plugin) == 4);
  uint64_t lost = 0;
  const auto problems = host.problems.take(lost);
  CHECK(problems.size() == 1 && problems[0].problem.code == "MORTISE_ERR_TASK_STUCK");
  CHECK(tasks_table.run_pool(self, count, &never) == 0 && tasks_table.run_main(self, count, &never) == 0);
  CHECK(tasks_table.start_timer(self, 0, 0, count, &never) == 0);
  go = true;
  CHECK(plugin.stop() && never == 0);
  host.tasks.shut_down();
}

void run_when_time_has_passed() {
  Host &host = new_host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const mortise_host *self = &plugin.table;
  std::atomic<int> woken{0};
  host.tasks.wake = [&] { woken++; };
  static std::atomic<int> once{0}, often{0}, never{0};
  const uint64_t late = tasks_table.start_timer(self, UINT64_MAX, UINT64_MAX, count, &never);
  tasks_table.start_timer(self, 5000000, 0, count, &once);
  const uint64_t repeating = tasks_table.start_timer(self, 0, 1, count, &often);
  const uint64_t cancelled = tasks_table.start_timer(self, 1000000, 0, count, &never);
  CHECK(late && repeating && tasks_table.cancel(self, cancelled) == MORTISE_OK);
  std::this_thread::sleep_for(30ms);
  // A main thread that was busy meets one tick, not thirty.
  CHECK(often == 0 && woken == 1);
  host.tasks.run_main_tasks();
  CHECK(often == 1 && once == 1);
  CHECK(soon([&] {
    host.tasks.run_main_tasks();
    return often >= 10;
  }));
  CHECK(tasks_table.cancel(self, repeating) == MORTISE_OK);
  const int before = often;
  std::this_thread::sleep_for(5ms);
  host.tasks.run_main_tasks();
  CHECK(often == before && once == 1 && never == 0);
  // Not more often than once in a millisecond, whatever was asked for.
  const uint64_t hasty = tasks_table.start_timer(self, 0, 1, count, &often);
  const auto end = std::chrono::steady_clock::now() + 20ms;
  while (std::chrono::steady_clock::now() < end) {
    host.tasks.run_main_tasks();
    std::this_thread::sleep_for(50us);
  }
  CHECK(often - before <= 40 && tasks_table.cancel(self, hasty) == MORTISE_OK);
  tasks_table.run_main(self, count, &never);
  tasks_table.start_timer(self, 0, 1000000, count, &never);
  CHECK(plugin.stop());
  std::this_thread::sleep_for(5ms);
  host.tasks.run_main_tasks();
  CHECK(never == 0);
  host.tasks.shut_down();
}

void are_bounded() {
  Host &host = new_host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin"), &other = plugin_of(host, "other");
  static std::atomic<int> runs{0};
  for (int i = 0; i < MORTISE_TASKS_MAX; i++)
    CHECK(tasks_table.run_main(&plugin.table, count, &runs) > 0);
  CHECK(tasks_table.run_main(&plugin.table, count, &runs) == 0);
  CHECK(tasks_table.run_main(&other.table, count, &runs) > 0);
  uint64_t lost = 0;
  const auto problems = host.problems.take(lost);
  CHECK(problems.size() == 1 && problems[0].problem.code == "MORTISE_ERR_SERVICE_LIMIT");
  host.tasks.run_main_tasks();
  CHECK(runs == MORTISE_TASKS_MAX + 1 && tasks_table.run_main(&plugin.table, count, &runs) > 0);
}

// As many as a plugin may have, the last first: when each looks at all others, this takes minutes here.
void are_cancelled_at_once() {
  Host &host = new_host("1.0.0");
  const mortise_host *self = &plugin_of(host, "plugin").table;
  static std::atomic<int> runs{0};
  std::vector<uint64_t> numbers;
  for (int i = 0; i < MORTISE_TASKS_MAX; i++)
    numbers.push_back(tasks_table.start_timer(self, UINT64_MAX, 0, count, &runs));
  CHECK(numbers.back() != 0);
  while (!numbers.empty()) {
    CHECK(tasks_table.cancel(self, numbers.back()) == MORTISE_OK);
    numbers.pop_back();
  }
  CHECK(runs == 0);
  host.tasks.shut_down();
}

} // namespace

int main() {
  run_in_order();
  run_on_the_pool();
  run_when_time_has_passed();
  are_bounded();
  are_cancelled_at_once();
  std::puts("ok");
}
