// Writers: each has a queue and a thread of its own, so that one that hangs costs the others nothing.
#include "collecting.h"

#include <condition_variable>
#include <pthread.h>

namespace {

Someone reader("reader"), one("first"), two("second");

// Writes nothing until it is let go.
struct Stuck {
  std::atomic<bool> go{false};
  std::atomic<uint64_t> taken{0}, done{0};
  Write write() {
    return [this](const Sample *const *, size_t count) {
      taken += count;
      while (!go)
        std::this_thread::sleep_for(1ms);
      done += count;
      return 0;
    };
  }
};

struct Counting {
  std::atomic<uint64_t> written{0};
  Write write(int32_t status = 0) {
    return [this, status](const Sample *const *, size_t count) {
      written += count;
      return status;
    };
  }
};

WriterState state_of(const Collector &collector, const std::string &name) {
  for (const WriterState &state : collector.writers())
    if (state.name == name) return state;
  return {};
}

void dispatch(Collector &collector, int count) {
  static std::atomic<uint64_t> tick{0};
  static const Time start = now() - 1000 * second;
  for (int i = 0; i < count; i++)
    CHECK(send(collector, &reader, called("gauge"), gauge(i), start + ++tick) == 0);
}

void a_stuck_writer_costs_the_others_nothing() {
  Stuck stuck;
  Counting good;
  Options options = quick();
  options.max_queue = 1000;
  Collector collector(options);
  Told told(collector);
  add_types(collector.types);
  Problem problem;
  CHECK(collector.add_writer(&one, "stuck", stuck.write(), problem));
  CHECK(collector.add_writer(&two, "good", good.write(), problem));
  dispatch(collector, 1);
  CHECK(soon([&] { return stuck.taken == 1; }));
  for (int i = 0; i < 10; i++) {
    dispatch(collector, 500);
    CHECK(soon([&] { return good.written == 1u + 500u * static_cast<unsigned>(i + 1); }));
  }
  WriterState state = state_of(collector, "stuck");
  CHECK(state.is_running && state.waiting == 1001 && state.dropped == 4000 && state.written == 0);
  CHECK(state_of(collector, "good").dropped == 0 && state_of(collector, "good").written == 5001);
  CHECK(soon([&] { return told.count("MORTISE_WARN_COLLECT_DROPPED", &one) > 0; }));
  CHECK(told.count("MORTISE_WARN_COLLECT_DROPPED", &two) == 0);
  CHECK(!collector.drain(20ms));
  stuck.go = true;
  CHECK(collector.drain(10s));
  state = state_of(collector, "stuck");
  CHECK(state.written == 1001 && stuck.done == 1001 && state.dropped == 4000 && state.waiting == 0);
  CHECK(collector.shut_down(10s));
}

void one_that_fails_is_counted() {
  Counting bad;
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  CHECK(collector.add_writer(&one, "bad", bad.write(-1), problem));
  dispatch(collector, 10);
  CHECK(collector.drain(10s));
  CHECK(state_of(collector, "bad").failed == 10 && state_of(collector, "bad").written == 0);
}

void names_are_taken_once() {
  Counting any;
  Collector collector(quick());
  Problem problem;
  CHECK(collector.add_writer(&one, "name", any.write(), problem));
  CHECK(!collector.add_writer(&two, "name", any.write(), problem));
  CHECK(problem.code == "MORTISE_ERR_COLLECT_NAME_TAKEN" && problem.found == "registered by first");
  CHECK(!collector.add_writer(&two, "", any.write(), problem));
  const auto nothing = [] { return 0; };
  // Each kind has names of its own.
  CHECK(collector.add_reader(&one, "name", "", 0, nothing, problem));
  CHECK(!collector.add_reader(&one, "name", "", 0, nothing, problem));
  CHECK(collector.add_shutdown(&one, "name", nothing, problem));
  CHECK(!collector.add_shutdown(&one, "name", nothing, problem));
  CHECK(collector.remove_writer("name") && !collector.remove_writer("name"));
  CHECK(collector.add_writer(&two, "name", any.write(), problem));
  CHECK(collector.shut_down(10s) && collector.shut_down(10s));
  CHECK(!collector.add_writer(&two, "late", any.write(), problem));
  CHECK(problem.code == "MORTISE_ERR_COLLECT_CLOSED");
}

void no_thread_is_a_problem() {
  Counting any;
  Collector collector(quick());
  collector.start();
  Problem problem;
  pthread_attr_t attributes;
  pthread_getattr_default_np(&attributes);
  size_t size;
  pthread_attr_getstacksize(&attributes, &size);
  pthread_attr_setstacksize(&attributes, size_t{1} << 46);
  pthread_setattr_default_np(&attributes);
  CHECK(!collector.add_writer(&one, "writer", any.write(), problem));
  CHECK(problem.code == "MORTISE_ERR_COLLECT_THREAD");
  pthread_attr_setstacksize(&attributes, size);
  pthread_setattr_default_np(&attributes);
  CHECK(collector.add_writer(&one, "writer", any.write(), problem));
}

void flushes_run_on_the_writers_thread() {
  Counting any;
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  std::thread::id writing, flushing, other;
  std::vector<std::string> asked;
  uint64_t before = 0;
  CHECK(collector.add_writer(
      &one, "a",
      [&](const Sample *const *, size_t count) {
        writing = std::this_thread::get_id();
        any.written += count;
        return 0;
      },
      problem));
  const auto ask = [&](const char *name, std::thread::id &thread) {
    return [&asked, &thread, &any, &before, name](Time age, std::string_view identifier) {
      thread = std::this_thread::get_id();
      before = any.written;
      asked.push_back(std::string(name) + " " + std::to_string(age >> 30) + " " + std::string(identifier));
      return identifier == "bad" ? -1 : 0;
    };
  };
  CHECK(collector.add_flush(&one, "a", ask("a", flushing), problem));
  CHECK(collector.add_flush(&two, "b", ask("b", other), problem));
  dispatch(collector, 100);
  CHECK(collector.flush("a", 3 * second, "x/y/z") == 0);
  CHECK(flushing == writing && before == 100 && asked == std::vector<std::string>{"a 3 x/y/z"});
  CHECK(collector.flush("second", 0, "") == 0 && asked.back() == "b 0 " &&
        other == std::this_thread::get_id());
  CHECK(collector.flush("", 0, "bad") == 2 && asked.size() == 4);
  CHECK(collector.flush("nobody", 0, "") == 0 && asked.size() == 4);
  CHECK(collector.remove_flush("a") && collector.flush("", 0, "") == 0 && asked.size() == 5);
  CHECK(collector.shut_down(10s) && asked.size() == 6);
}

void one_may_remove_itself() {
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  std::atomic<int> writes{0}, flushes{0};
  CHECK(collector.add_writer(
      &one, "w",
      [&](const Sample *const *, size_t) {
        writes++;
        CHECK(collector.remove_writer("w") && !collector.remove_writer("w"));
        return 0;
      },
      problem));
  CHECK(collector.add_flush(
      &one, "f",
      [&](Time, std::string_view) {
        flushes++;
        CHECK(collector.remove_flush("f"));
        return 0;
      },
      problem));
  dispatch(collector, 1);
  CHECK(soon([&] { return writes == 1; }));
  dispatch(collector, 10);
  collector.flush("", 0, "");
  collector.flush("", 0, "");
  CHECK(collector.drain(10s) && writes == 1 && flushes == 1);
}

void removal_waits_for_who_is_inside() {
  Stuck stuck;
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  CHECK(collector.add_writer(&one, "w", stuck.write(), problem));
  dispatch(collector, 1);
  CHECK(soon([&] { return stuck.taken == 1; }));
  dispatch(collector, 10);
  std::thread letting([&] {
    std::this_thread::sleep_for(20ms);
    stuck.go = true;
  });
  CHECK(collector.remove_writer("w") && stuck.done == 1);
  letting.join();
}

void all_of_a_plugin_goes() {
  Counting kept;
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  std::vector<std::string> order;
  CHECK(collector.add_writer(&one, "w", kept.write(), problem));
  CHECK(collector.add_flush(
      &one, "w",
      [&](Time, std::string_view) {
        order.push_back("flush " + std::to_string(kept.written));
        return 0;
      },
      problem));
  CHECK(collector.add_shutdown(
      &one, "s",
      [&] {
        order.push_back("shutdown");
        return 0;
      },
      problem));
  CHECK(collector.add_reader(&one, "r", "", 0, [] { return 0; }, problem));
  CHECK(collector.add_reader(&two, "q", "", 0, [] { return 0; }, problem));
  collector.start();
  dispatch(collector, 50);
  CHECK(collector.remove(&one, 10s));
  CHECK((order == std::vector<std::string>{"flush 50", "shutdown"}));
  CHECK(collector.writers().empty() && collector.readers().size() == 1);
  CHECK(collector.shut_down(10s) && order.size() == 2);
}

void shutting_down_writes_what_waits() {
  Counting kept;
  Stuck stuck;
  Options options = quick();
  Collector collector(options);
  Told told(collector);
  add_types(collector.types);
  Problem problem;
  std::atomic<int> down{0}, flushed{0};
  CHECK(collector.add_writer(&one, "stuck", stuck.write(), problem));
  CHECK(collector.add_writer(&two, "good", kept.write(), problem));
  for (Owner *owner : {&one, &two})
    CHECK(collector.add_shutdown(
        owner, owner->name,
        [&, owner] {
          CHECK(owner == &two);
          return down++, 0;
        },
        problem));
  CHECK(collector.add_flush(&two, "good", [&](Time, std::string_view) { return flushed++, 0; }, problem));
  dispatch(collector, 1);
  CHECK(soon([&] { return stuck.taken == 1; }));
  dispatch(collector, 99);
  const auto start = std::chrono::steady_clock::now();
  CHECK(!collector.shut_down(100ms));
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  CHECK(kept.written == 100 && down == 1 && flushed == 1);
  CHECK(collector.remove(&two, 1s) && down == 1 && flushed == 1);
  CHECK(told.count("MORTISE_WARN_COLLECT_STUCK", &one) == 1);
  CHECK(told.count("MORTISE_WARN_COLLECT_DROPPED", &one) == 1);
  CHECK(state_of(collector, "stuck").dropped == 99);
  stuck.go = true;
  CHECK(soon([&] { return stuck.done == 1; }));
  std::this_thread::sleep_for(10ms);
}

void taps_take_what_they_can() {
  Collector collector(quick());
  add_types(collector.types);
  const auto tap = collector.tap(100);
  std::atomic<int> woken{0};
  tap->wake = [&] { woken++; };
  dispatch(collector, 10);
  CHECK(woken == 1 && tap->waiting() == 10);
  auto some = tap->take(4), rest = tap->take(1000);
  CHECK(some.size() == 4 && rest.size() == 6 && rest[5]->values()[0].gauge == 9);
  dispatch(collector, 150);
  CHECK(woken == 2 && tap->waiting() == 100 && tap->dropped() == 50);
  tap->close();
  dispatch(collector, 10);
  CHECK(tap->waiting() == 100 && woken == 2);
  for (auto *samples : {&some, &rest})
    for (const Sample *sample : *samples)
      sample->drop();
}

// Who holds a sample may outlive its collector.
void samples_outlive_their_collector() {
  std::vector<const Sample *> held;
  {
    Collector collector(quick());
    add_types(collector.types);
    const auto tap = collector.tap(10000);
    dispatch(collector, 5000);
    held = tap->take(10000);
  }
  CHECK(held.size() == 5000 && held[4999]->series->text == "here/test/gauge");
  CHECK(held[0]->set().type == "gauge");
  for (const Sample *sample : held)
    sample->drop();
}

} // namespace

int main() {
  a_stuck_writer_costs_the_others_nothing();
  one_that_fails_is_counted();
  names_are_taken_once();
  no_thread_is_a_problem();
  flushes_run_on_the_writers_thread();
  one_may_remove_itself();
  removal_waits_for_who_is_inside();
  all_of_a_plugin_goes();
  shutting_down_writes_what_waits();
  taps_take_what_they_can();
  samples_outlive_their_collector();
  std::puts("ok");
}
