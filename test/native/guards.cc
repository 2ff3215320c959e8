// Guards: calls on the thread they are for go through with every argument in its place; others wait, are refused, or
// fail, and what is refused leaves zeros and a reason.
#include "services/guards.h"
#include "hosts.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

using namespace mortise;

namespace {

// More of each kind than there are registers.
int64_t many(const mortise_host *, int64_t a, double x, int32_t b, float y, int64_t c, int64_t d, int64_t e,
             int64_t f, double z) {
  return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f +
         static_cast<int64_t>(1000000 * (x + y + z));
}

double real(const mortise_host *, double x) {
  return x / 2;
}

int32_t explain(const mortise_host *, int64_t *out, mortise_error *) {
  *out = 7;
  return MORTISE_OK;
}

template <typename Function> uintptr_t address_of(Function function) {
  return reinterpret_cast<uintptr_t>(function);
}

const GuardedArgument integer = {false, 8, 0, false}, number = {true, 8, 0, false};

void pass_arguments_on() {
  GuardedTable &table = *new GuardedTable;
  const auto guarded = reinterpret_cast<decltype(&many)>(take_guard(
      table, {0,
              address_of(many),
              false,
              0,
              {integer, integer, number, integer, number, integer, integer, integer, integer, number}}));
  CHECK(guarded);
  CHECK(guarded(nullptr, 1, 0.25, 2, 0.5f, 3, 4, 5, 6, 0.125) == 654321 + 875000);
  // Waiting is the callback's part: an open table lets other threads through.
  std::thread([&] { CHECK(guarded(nullptr, 1, 0.25, 2, 0.5f, 3, 4, 5, 6, 0.125) == 1529321); }).join();
  const std::vector<GuardedArgument> beyond(15, integer); // 6 or 8 registers and 6 words
  CHECK(take_guard(table, {1, address_of(many), false, 0, beyond}) == 0);
}

struct Explained {
  GuardedTable &table = *new GuardedTable;
  int32_t (*call)(const mortise_host *, int64_t *, mortise_error *) = reinterpret_cast<decltype(&explain)>(
      take_guard(table, {3,
                         address_of(explain),
                         false,
                         static_cast<uint64_t>(int64_t(-1)),
                         {integer, {false, 8, 8, false}, {false, 8, 0, true}}}));

  // The result, and what was left.
  std::string from_elsewhere(const mortise_host *host) {
    int64_t out = 99;
    mortise_error error = {};
    int32_t result = 5;
    std::thread([&] { result = call(host, &out, &error); }).join();
    return std::to_string(result) + " " + std::to_string(out) + " " + error.message;
  }
};

void refuse_other_threads() {
  Host &host = new_host("1.0.0");
  Plugin &plugin = *new Plugin(host, "plugin", "/nowhere.so", EntryPoints(), ConfigNode());
  Explained explained;
  std::atomic<int> woken{0};
  explained.table.wake = [&] { woken++; };
  CHECK(explained.from_elsewhere(&plugin.table) == "0 7 " && plugin.waiting == 0);
  explained.table.set_mode(GuardMode::strict);
  const std::string thread = "-1 0 called on another thread than the host's main thread";
  CHECK(explained.from_elsewhere(&plugin.table) == thread &&
        explained.from_elsewhere(&plugin.table) == thread);
  CHECK(explained.from_elsewhere(nullptr) == thread && woken == 1);
  const auto refusals = explained.table.take();
  CHECK(refusals.size() == 2 && refusals[0].function == 3 && refusals[0].plugin == "plugin" &&
        refusals[0].calls == 2 && refusals[1].plugin.empty());
  CHECK(explained.table.take().empty());
  int64_t out = 0;
  CHECK(explained.call(&plugin.table, &out, nullptr) == MORTISE_OK && out == 7); // its own thread

  // Who is being stopped is refused in any mode, and nobody has to be told.
  explained.table.set_mode(GuardMode::open);
  plugin.leaving = true;
  CHECK(explained.from_elsewhere(&plugin.table) == "-1 0 the plugin is being stopped");
  CHECK(explained.call(&plugin.table, &out, nullptr) == MORTISE_OK && explained.table.take().empty());

  explained.table.close();
  CHECK(explained.from_elsewhere(nullptr) == "-1 0 the host was closed");
  mortise_error error = {};
  CHECK(explained.call(&plugin.table, &out, &error) == -1 && out == 0);
  CHECK(explained.call(&plugin.table, nullptr, nullptr) == -1);
  explained.table.set_mode(GuardMode::open); // stays closed
  CHECK(explained.call(&plugin.table, &out, nullptr) == -1);
}

void count_who_waits() {
  Host &host = new_host("1.0.0");
  static Plugin &plugin = *new Plugin(host, "plugin", "/nowhere.so", EntryPoints(), ConfigNode());
  static std::atomic<bool> inside{false}, go{false};
  const auto wait = [](const mortise_host *) -> int64_t {
    inside = true;
    while (!go)
      std::this_thread::yield();
    return 4;
  };
  GuardedTable &table = *new GuardedTable;
  const auto call = reinterpret_cast<int64_t (*)(const mortise_host *)>(take_guard(
      table, {0, address_of(static_cast<int64_t (*)(const mortise_host *)>(wait)), false, 0, {integer}}));
  std::thread caller([&] { CHECK(call(&plugin.table) == 4); });
  while (!inside)
    std::this_thread::yield();
  CHECK(plugin.waiting == 1);
  CHECK(!plugin.stop() && plugin.leaving); // instead of waiting for what waits for this thread
  go = true;
  caller.join();
  CHECK(plugin.waiting == 0);
}

void answer_doubles() {
  GuardedTable &table = *new GuardedTable;
  uint64_t not_a_number;
  const double nan = std::nan("");
  memcpy(&not_a_number, &nan, sizeof nan);
  const auto call = reinterpret_cast<decltype(&real)>(
      take_guard(table, {0, address_of(real), true, not_a_number, {integer, number}}));
  CHECK(call && call(nullptr, 5) == 2.5);
  table.close();
  CHECK(std::isnan(call(nullptr, 5)));
}

// Threads that were left behind call while others take and close tables: no call reaches what isn't its table's.
void are_used_again() {
  for (int round = 0; round < 40; round++) {
    GuardedTable &table = *new GuardedTable;
    std::vector<decltype(&real)> calls;
    for (size_t i = 0; i < 16; i++) {
      calls.push_back(reinterpret_cast<decltype(&real)>(
          take_guard(table, {i, address_of(real), true, 0, {integer, number}})));
      CHECK(calls.back());
    }
    std::atomic<bool> done{false};
    std::thread behind([&] {
      while (!done)
        for (const auto call : calls) {
          const double answer = call(nullptr, 4);
          CHECK(answer == 2 || answer == 0);
        }
    });
    std::this_thread::yield();
    table.close();
    done = true;
    behind.join();
  }
  // All that are left at once, from two threads: none is given twice.
  std::vector<std::vector<uintptr_t>> taken(2);
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; t++) {
    threads.emplace_back([&taken, t] {
      GuardedTable &table = *new GuardedTable;
      while (const uintptr_t address = take_guard(table, {0, address_of(explain), false, 0, {integer}}))
        taken[static_cast<size_t>(t)].push_back(address);
    });
  }
  for (std::thread &thread : threads)
    thread.join();
  std::vector<uintptr_t> all = taken[0];
  all.insert(all.end(), taken[1].begin(), taken[1].end());
  std::sort(all.begin(), all.end());
  CHECK(all.size() > 200 && std::adjacent_find(all.begin(), all.end()) == all.end());
}

} // namespace

int main() {
  pass_arguments_on();
  refuse_other_threads();
  count_who_waits();
  answer_doubles();
  are_used_again();
  std::puts("ok");
}
