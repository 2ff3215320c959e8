// What hangs, or holds a lock, when a plugin or the collector ends.
#include "collecting.h"

#include <mutex>

namespace {

Someone one("one"), two("two");

// A callback that ends when it is let go.
struct Hanging {
  std::atomic<bool> go{false}, ended{false};
  std::atomic<int> calls{0};
  int32_t run() {
    calls++;
    while (!go)
      std::this_thread::sleep_for(1ms);
    ended = true;
    return 0;
  }
};

template <typename Action> std::chrono::milliseconds taken(Action action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

void a_hanging_shutdown_keeps_nobody() {
  Hanging hanging;
  std::atomic<int> others{0};
  Problem problem;
  Collector collector(quick());
  Told told(collector);
  CHECK(collector.add_shutdown(&one, "hangs", [&] { return hanging.run(); }, problem));
  CHECK(collector.add_shutdown(&two, "ends", [&] { return others++; }, problem));
  CHECK(taken([&] { CHECK(!collector.shut_down(200ms)); }) < 3s);
  CHECK(others == 1 && told.count("MORTISE_WARN_COLLECT_STUCK", &one) == 1);
  // Its plugin must not be taken down.
  CHECK(taken([&] { CHECK(!collector.remove(&one, 60s)); }) < 3s);
  CHECK(collector.remove(&two, 1s));
  hanging.go = true;
  CHECK(soon([&] { return collector.remove(&one, 1s); }));
  CHECK(hanging.ended && hanging.calls == 1 && others == 1);
}

void a_hanging_flush_keeps_nobody() {
  Hanging hanging;
  std::atomic<int> shutdowns{0};
  Problem problem;
  Collector collector(quick());
  Told told(collector);
  CHECK(collector.add_flush(&one, "hangs", [&](Time, std::string_view) { return hanging.run(); }, problem));
  CHECK(collector.add_shutdown(&one, "hangs", [&] { return shutdowns++; }, problem));
  CHECK(taken([&] { CHECK(!collector.remove(&one, 200ms)); }) < 3s);
  CHECK(told.count("MORTISE_WARN_COLLECT_STUCK", &one) == 1);
  CHECK(taken([&] { collector.shut_down(200ms); }) < 3s);
  CHECK(shutdowns == 0 && hanging.calls == 1);
  hanging.go = true;
  CHECK(soon([&] { return collector.remove(&one, 1s); }));
}

// As collectd allows it: with a lock held that the reader waits for.
void a_reader_is_forgotten_without_waiting() {
  std::mutex own;
  std::atomic<bool> inside{false};
  auto data = std::make_shared<int>(1);
  Problem problem;
  Collector collector(quick());
  own.lock();
  const auto read = [&, data]() -> int32_t {
    inside = true;
    const std::lock_guard<std::mutex> lock(own);
    return *data - 1;
  };
  CHECK(collector.add_reader(&one, "locks", "group", 0, read, problem));
  collector.start();
  CHECK(soon([&] { return inside.load(); }));
  CHECK(collector.forget_reader("locks"));
  CHECK(!collector.forget_group("group") && !collector.forget_reader("locks"));
  CHECK(!collector.remove(&one, 50ms)); // it still runs: its plugin must stay
  own.unlock();
  CHECK(collector.remove(&one, 5s));
}

void a_removed_writer_gives_back_what_it_had() {
  auto data = std::make_shared<int>(0);
  const std::weak_ptr<int> watched = data;
  Problem problem;
  Collector collector(quick());
  add_types(collector.types);
  CHECK(
      collector.add_writer(&one, "writer", [data](const Sample *const *, size_t) { return *data; }, problem));
  data = nullptr;
  CHECK(send(collector, &two, called("gauge"), gauge(1)) == 0); // this thread keeps who gets it
  CHECK(collector.drain(5s) && collector.remove_writer("writer"));
  CHECK(watched.expired());
}

void notifying_from_inside_ends() {
  std::atomic<int> calls{0};
  Problem problem;
  Collector collector(quick());
  Told told(collector);
  const auto again = [&](const Notification &notification) {
    return ++calls < 1000 ? collector.notify(notification) : 0;
  };
  CHECK(collector.add_notify(&one, "again", again, problem));
  CHECK(collector.notify({}) == 1 && calls == 8);
  CHECK(collector.notify({}) == 1 && calls == 16);
  CHECK(told.count("MORTISE_WARN_COLLECT_REFUSED") == 1);
}

// What is dispatched while it ends is written, or refused; a sample that somebody keeps outlives what the cache knew.
void sixteen_threads_dispatch_while_it_ends() {
  constexpr int thread_count = 16;
  std::atomic<uint64_t> accepted{0}, written{0};
  std::atomic<bool> started{false};
  std::atomic<const Sample *> kept{nullptr};
  Problem problem;
  Collector collector(quick());
  Told told(collector);
  add_types(collector.types);
  const auto write = [&](const Sample *const *samples, size_t count) {
    if (!kept) {
      samples[0]->hold();
      kept = samples[0];
    }
    written += count;
    return 0;
  };
  CHECK(collector.add_writer(&one, "writer", write, problem));
  collector.start();
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; i++)
    threads.emplace_back([&, i] {
      const std::string instance = std::to_string(i);
      int32_t outcome = 0;
      for (int sent = 0; outcome != outcome_closed; sent++) {
        outcome = send(collector, &two, called("gauge", instance), gauge(sent));
        if (outcome == outcome_dispatched) accepted++;
        if (i == 0 && sent == 1000) started = true;
      }
    });
  CHECK(soon([&] { return started && kept; }));
  CHECK(collector.cache().find({"here", "test", "", "gauge", "0"}));
  collector.shut_down(10s);
  for (std::thread &thread : threads)
    thread.join();
  // What came between the last look at the queue and its end counts as dropped; each thread may just have missed that.
  const WriterState state = collector.writers().at(0);
  CHECK(state.written == written && state.written + state.dropped + thread_count >= accepted);
  CHECK(!collector.types.find("gauge") && told.count("MORTISE_WARN_COLLECT_REFUSED") == 0);
  const Sample *const sample = kept;
  CHECK(sample->series->identity.type == "gauge" && sample->set().sources.size() == 1);
  sample->drop();
}

} // namespace

int main() {
  a_hanging_shutdown_keeps_nobody();
  a_hanging_flush_keeps_nobody();
  a_reader_is_forgotten_without_waiting();
  a_removed_writer_gives_back_what_it_had();
  notifying_from_inside_ends();
  sixteen_threads_dispatch_while_it_ends();
  std::puts("ok");
}
