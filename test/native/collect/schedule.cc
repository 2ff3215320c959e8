// When readers run.
#include "collecting.h"

#include <algorithm>
#include <set>

namespace {

Someone one("one"), two("two");

using Clock = std::chrono::steady_clock;

ReaderState state_of(const Collector &collector, const std::string &name) {
  for (const ReaderState &state : collector.readers())
    if (state.name == name) return state;
  return {};
}

struct Runs {
  std::mutex mutex;
  std::vector<Clock::time_point> at;
  Read read(int32_t status = 0) {
    return [this, status] {
      std::lock_guard<std::mutex> lock(mutex);
      at.push_back(Clock::now());
      return status;
    };
  }
  size_t count() {
    std::lock_guard<std::mutex> lock(mutex);
    return at.size();
  }
};

void first_runs_are_spread() {
  std::vector<Runs> runs(10);
  Collector collector(quick(3600 * second));
  Problem problem;
  for (size_t i = 0; i < runs.size(); i++)
    CHECK(collector.add_reader(&one, std::to_string(i), "", 0, runs[i].read(), problem));
  std::this_thread::sleep_for(20ms);
  CHECK(runs[0].count() == 0); // not before the collector starts
  const Time before = now();
  collector.start();
  CHECK(soon([&] { return runs[0].count() == 1; })); // the first one waits for nothing
  std::vector<double> first;
  for (const ReaderState &state : collector.readers())
    first.push_back(in_seconds((state.runs ? state.last_run : state.next_run) - before));
  std::sort(first.begin(), first.end());
  CHECK(first.back() > 8);                  // 10 s are the longest that the first values may take
  for (size_t i = 2; i < first.size(); i++) // the first one's run may have been late
    CHECK(first[i] - first[i - 1] > 0.5);
}

void the_rhythm_holds() {
  Collector collector(quick(of_seconds(0.1)));
  Problem problem;
  std::atomic<int> in_rhythm{0};
  Time next = 0; // when it should begin, unless it is late
  // It takes most of its interval, which isn't added to what it takes.
  const auto slow = [&] {
    CHECK(collector.interval_here() == of_seconds(0.1));
    const ReaderState state = state_of(collector, "slow");
    const Time due = state.last_run - of_seconds(state.lateness);
    if (next) {
      CHECK(due + of_seconds(0.005) > next);
      if (due < next + of_seconds(0.005)) in_rhythm++;
    }
    next = due + of_seconds(0.1);
    std::this_thread::sleep_for(60ms);
    if (now() > next) next = 0; // on a busy machine
    return 0;
  };
  const auto own = [&] {
    CHECK(collector.interval_here() == of_seconds(0.02));
    return 0;
  };
  CHECK(collector.add_reader(&one, "slow", "", 0, slow, problem));
  CHECK(collector.add_reader(&one, "own", "", of_seconds(0.02), own, problem));
  CHECK(collector.interval_here() == of_seconds(0.1));
  collector.start();
  CHECK(soon([&] { return in_rhythm >= 5 && state_of(collector, "own").runs > 0; }));
  CHECK(collector.shut_down(10s));
}

// The only thread sleeps until the first one is due.
void one_that_comes_later_is_read_first() {
  Options options = quick(3600 * second);
  options.read_threads = 1;
  Runs first, later[3];
  Collector collector(options);
  Problem problem;
  CHECK(collector.add_reader(&one, "first", "", 0, first.read(), problem));
  collector.start();
  CHECK(soon([&] { return first.count() == 1; }));
  for (int i = 0; i < 3; i++)
    CHECK(collector.add_reader(&one, std::to_string(i), "", of_seconds(0.02), later[i].read(), problem));
  CHECK(soon([&] { return std::all_of(later, later + 3, [](Runs &all) { return all.count() > 2; }); }));
  CHECK(first.count() == 1);
}

void failing_doubles_the_interval() {
  Options options = quick(of_seconds(0.01));
  options.max_read_interval = of_seconds(0.05);
  std::atomic<int> runs{0};
  std::atomic<bool> is_bad{true};
  Collector collector(options);
  Told told(collector);
  Problem problem;
  CHECK(collector.add_reader(&one, "r", "", 0, [&] { return runs++, is_bad ? -1 : 0; }, problem));
  std::set<Time> seen;
  for (int i = 0; i < 4; i++) { // without waiting for it
    CHECK(collector.read_once("r") == 1);
    seen.insert(state_of(collector, "r").effective_interval);
  }
  CHECK((seen == std::set<Time>{options.interval * 2, options.interval * 4, options.max_read_interval}));
  CHECK(told.count("MORTISE_WARN_COLLECT_READ", &one) == 1); // once a second
  collector.start();
  CHECK(soon([&] { return runs >= 7; }));
  is_bad = false;
  CHECK(soon([&] { return state_of(collector, "r").effective_interval == options.interval; }));
  const ReaderState state = state_of(collector, "r");
  CHECK(state.failures >= 7 && state.runs > state.failures - 1 && state.plugin == "one");
  CHECK(collector.read_once("") == 0 && collector.read_once("nobody") == 0);
}

void a_day_is_the_longest() {
  Collector collector(quick(of_seconds(3000)));
  Problem problem;
  CHECK(collector.add_reader(&one, "r", "", 0, [] { return 1; }, problem));
  CHECK(collector.add_reader(&one, "weekly", "", 7 * 86400 * second, [] { return 1; }, problem));
  for (int i = 0; i < 8; i++)
    CHECK(collector.read_once("") == 2);
  CHECK(state_of(collector, "r").effective_interval == 86400 * second);
  CHECK(state_of(collector, "weekly").effective_interval == 7 * 86400 * second);
}

void readers_that_hang_disturb_nobody() {
  std::atomic<bool> go{false};
  std::atomic<int> hanging{0};
  Runs runs;
  Options options = quick(of_seconds(0.05));
  options.read_threads = 2;
  Collector collector(options);
  Told told(collector);
  Problem problem;
  for (int i = 0; i < 4; i++) // more than there are threads
    CHECK(collector.add_reader(
        &one, "hangs " + std::to_string(i), "", 0,
        [&] {
          hanging++;
          while (!go)
            std::this_thread::sleep_for(1ms);
          return 0;
        },
        problem));
  CHECK(collector.add_reader(&two, "good", "", 0, runs.read(), problem));
  collector.start();
  CHECK(soon([&] { return hanging == 4; }));
  const size_t before = runs.count();
  CHECK(soon([&] { return runs.count() > before + 20; }));
  for (const ReaderState &state : collector.readers())
    CHECK(state.is_running == (state.name != "good") || state.name == "good");
  // In the middle of a read.
  std::atomic<int> down{0};
  for (Owner *owner : {&one, &two})
    CHECK(collector.add_shutdown(
        owner, owner->name,
        [&, owner] {
          CHECK(owner == &two); // what hangs may need what it would take down
          return down++, 0;
        },
        problem));
  CHECK(!collector.shut_down(50ms) && down == 1);
  CHECK(told.count("MORTISE_WARN_COLLECT_STUCK") == 4);
  go = true;
  CHECK(soon([&] {
    const auto all = collector.readers();
    return std::none_of(all.begin(), all.end(), [](const ReaderState &state) { return state.is_running; });
  }));
  CHECK(told.count("MORTISE_WARN_COLLECT_READ", &one) >= 1); // it took longer than its interval
  const size_t end = runs.count();
  std::this_thread::sleep_for(120ms);
  CHECK(runs.count() == end);
}

void a_reader_that_runs_at_the_start_is_planned_once() {
  Collector collector(quick());
  Problem problem;
  std::atomic<int> inside{0}, most{0}, runs{0};
  CHECK(collector.add_reader(
      &one, "r", "", 20 * second / 1000,
      [&] {
        most = std::max<int>(most, ++inside);
        std::this_thread::sleep_for(30ms);
        inside--;
        return runs++, 0;
      },
      problem));
  std::thread at_once([&] { collector.read_once("r"); });
  CHECK(soon([&] { return inside == 1; }));
  collector.start();
  at_once.join();
  CHECK(soon([&] { return runs >= 6; }));
  CHECK(most == 1);
  CHECK(collector.remove_reader("r") && inside == 0);
  const int end = runs;
  std::this_thread::sleep_for(100ms);
  CHECK(runs == end);
}

void shutting_down_waits_for_a_read() {
  std::atomic<int> begun{0}, ended{0};
  Collector collector(quick());
  Problem problem;
  CHECK(collector.add_reader(
      &one, "r", "", 0,
      [&] {
        begun++;
        std::this_thread::sleep_for(50ms);
        return ended++, 0;
      },
      problem));
  collector.start();
  CHECK(soon([&] { return begun > 0; }));
  CHECK(collector.shut_down(10s) && begun == ended);
}

void readers_go() {
  std::atomic<int> runs{0}, grouped{0};
  std::atomic<bool> is_inside{false};
  Collector collector(quick(of_seconds(0.01)));
  Problem problem;
  CHECK(collector.add_reader(
      &one, "itself", "", 0,
      [&] {
        runs++;
        CHECK(collector.remove_reader("itself") && !collector.remove_reader("itself"));
        return 0;
      },
      problem));
  for (const char *name : {"a", "b"})
    CHECK(collector.add_reader(
        &two, name, "group", 0,
        [&] {
          is_inside = true;
          std::this_thread::sleep_for(5ms);
          grouped++;
          is_inside = false;
          return 0;
        },
        problem));
  collector.start();
  CHECK(soon([&] { return runs == 1 && grouped > 5; }));
  CHECK(!collector.remove_group("") && collector.remove_group("group") && !is_inside);
  const int before = grouped;
  std::this_thread::sleep_for(50ms);
  CHECK(grouped == before && runs == 1 && collector.readers().empty());
  // One that comes while the others run.
  CHECK(collector.add_reader(&one, "late", "", 0, [&] { return runs++, 0; }, problem));
  CHECK(soon([&] { return runs > 3; }));
  CHECK(collector.remove(&one, 10s));
}

// Each of three readers removes the next one while it runs: nobody waits for ever.
void readers_that_remove_each_other() {
  for (size_t count = 2; count <= 3; count++) {
    Collector collector(quick());
    Problem problem;
    std::atomic<size_t> inside{0}, ended{0};
    for (size_t i = 0; i < count; i++) {
      const std::string next = std::to_string((i + 1) % count);
      const auto read = [&collector, &inside, &ended, count, next] {
        inside++;
        while (inside < count)
          std::this_thread::yield();
        CHECK(collector.remove_reader(next));
        ended++;
        return 0;
      };
      CHECK(collector.add_reader(&one, std::to_string(i), "", 0, read, problem));
    }
    collector.start();
    CHECK(soon([&] { return ended == count; }));
    CHECK(collector.readers().empty() && collector.shut_down(10s));
  }
}

// Who waits for nobody on this thread is waited for.
void a_removal_from_inside_waits() {
  Collector collector(quick());
  Problem problem;
  std::atomic<bool> is_slow{false}, is_over{false}, waited{false};
  const auto slow = [&] {
    is_slow = true;
    std::this_thread::sleep_for(100ms);
    is_over = true;
    return 0;
  };
  const auto removes = [&] {
    while (!is_slow)
      std::this_thread::yield();
    collector.remove_reader("slow");
    waited = is_over.load();
    return 0;
  };
  CHECK(collector.add_reader(&one, "slow", "", 0, slow, problem));
  CHECK(collector.add_reader(&one, "removes", "", 0, removes, problem));
  collector.start();
  CHECK(soon([&] { return waited.load(); }));
}

void many_come_and_go() {
  Collector collector(quick(of_seconds(0.005)));
  add_types(collector.types);
  std::atomic<uint64_t> written{0};
  Problem any;
  CHECK(collector.add_writer(
      &two, "w", [&](const Sample *const *, size_t count) { return written += count, 0; }, any));
  collector.start();
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; t++)
    threads.emplace_back([&, t] {
      Someone owner("plugin " + std::to_string(t));
      for (int i = 0; i < 30; i++) {
        Problem problem;
        for (int r = 0; r < 3; r++) {
          const std::string name = owner.name + "/" + std::to_string(r);
          CHECK(collector.add_reader(
              &owner, name, "", 0,
              [&collector, &owner, name] {
                send(collector, &owner, called("gauge", name), gauge(1));
                return 0;
              },
              problem));
        }
        std::this_thread::sleep_for(5ms);
        if (i % 2 == 0) {
          CHECK(collector.remove(&owner, 10s));
          continue;
        }
        for (int r = 0; r < 3; r++)
          CHECK(collector.remove_reader(owner.name + "/" + std::to_string(r)));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  CHECK(collector.readers().empty() && collector.shut_down(10s));
  const auto counts = collector.counts();
  CHECK(written == counts.dispatched + counts.out_of_order && written > 0);
}

void who_sends_nothing_is_missing() {
  Collector collector(quick(of_seconds(0.05)));
  add_types(collector.types);
  Problem problem;
  std::mutex mutex;
  std::vector<std::string> missing;
  CHECK(collector.add_missing(
      &one, "m",
      [&](const Series &series, Time last) {
        CHECK(last > 0 && last <= now());
        // It is still there to be asked.
        CHECK(collector.cache().find(series.identity));
        std::lock_guard<std::mutex> lock(mutex);
        missing.push_back(series.text);
        return 0;
      },
      problem));
  collector.start();
  const auto start = Clock::now();
  CHECK(send(collector, &one, called("gauge", "short"), gauge(1)) == 0);
  CHECK(send(collector, &one, called("gauge", "long"), gauge(1), 0, 3600 * second) == 0);
  const Value value = gauge(1);
  CHECK(collector.write("", {called("gauge", "unknown"), &value, 1}) == 0); // no series that is known
  CHECK(soon([&] {
    std::lock_guard<std::mutex> lock(mutex);
    return !missing.empty();
  }));
  CHECK(Clock::now() - start >= 95ms); // two intervals
  CHECK(soon([&] { return !collector.cache().find({"here", "test", "", "gauge", "short"}); }));
  std::this_thread::sleep_for(100ms);
  CHECK(missing == std::vector<std::string>{"here/test/gauge-short"} && collector.counts().series == 1);
  // It may come again.
  CHECK(send(collector, &one, called("gauge", "short"), gauge(1)) == 0 && collector.counts().series == 2);
}

void logs_and_notifications_come_at_once() {
  Collector collector(quick());
  Problem problem;
  std::vector<std::string> said;
  CHECK(collector.add_log(
      &one, "l",
      [&](int32_t severity, std::string_view text) {
        said.push_back(std::to_string(severity) + " " + std::string(text));
        collector.log(&one, 3, "once more"); // not without end
      },
      problem));
  CHECK(collector.add_notify(
      &one, "n",
      [&](const Notification &notification) {
        said.push_back(notification.message);
        CHECK(collector.remove_notify("n"));
        return -1;
      },
      problem));
  collector.log(&two, 6, "hello");
  Notification notification{Severity::okay, now(), "fine", "here", "p", "", "t", "", {}};
  CHECK(collector.notify(notification) == 1 && collector.notify(notification) == 0);
  CHECK((said == std::vector<std::string>{"6 hello", "fine"}));
  CHECK(collector.remove_log("l"));
  collector.log(&two, 6, "hello");
  CHECK(said.size() == 2);
}

} // namespace

int main() {
  first_runs_are_spread();
  the_rhythm_holds();
  one_that_comes_later_is_read_first();
  failing_doubles_the_interval();
  a_day_is_the_longest();
  readers_that_hang_disturb_nobody();
  a_reader_that_runs_at_the_start_is_planned_once();
  shutting_down_waits_for_a_read();
  readers_go();
  many_come_and_go();
  who_sends_nothing_is_missing();
  logs_and_notifications_come_at_once();
  readers_that_remove_each_other();
  a_removal_from_inside_waits();
  std::puts("ok");
}
