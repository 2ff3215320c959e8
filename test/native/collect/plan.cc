// Which reader is due, and which thread wakes for it.
#include "collecting.h"

#include "engines/collect/plan.h"

namespace {

constexpr Time far_off = 3600 * second;

Plan::One reader() {
  return std::make_shared<Reader>();
}

// Threads that wait, each for one wake.
class Threads {
public:
  explicit Threads(size_t count) {
    for (size_t i = 0; i < count; i++) {
      all_.emplace_back([this] {
        Plan::Lock lock(mutex);
        waiting_++;
        plan.wait(lock);
        waiting_--;
      });
      CHECK(soon([&] { return waiting() == i + 1; }));
    }
  }
  ~Threads() {
    {
      Plan::Lock lock(mutex);
      plan.wake_all();
    }
    for (std::thread &thread : all_)
      thread.join();
  }
  size_t waiting() {
    Plan::Lock lock(mutex);
    return waiting_;
  }

  std::mutex mutex;
  Plan plan;

private:
  size_t waiting_ = 0;
  std::vector<std::thread> all_;
};

void the_first_one_that_is_due() {
  Plan plan;
  const auto a = reader(), b = reader(), c = reader();
  plan.add(a, 30);
  plan.add(b, 10);
  plan.add(c, 20);
  plan.remove(c);
  plan.remove(c);
  CHECK(!plan.take(9) && b->is_due && !c->is_due);
  CHECK(plan.take(10) == b && !b->is_due && !plan.take(29));
  plan.add(a, 20); // another time instead of the first
  CHECK(plan.take(100) == a && !plan.take(100));
}

void each_that_comes_wakes_another_thread() {
  Threads threads(3);
  {
    Plan::Lock lock(threads.mutex);
    for (int i = 0; i < 2; i++) {
      threads.plan.add(reader(), running_for() + far_off);
      threads.plan.wake();
    }
  }
  CHECK(soon([&] { return threads.waiting() == 1; }));
}

void threads_wait_for_the_first_ones() {
  Threads threads(0);
  const Time begin = running_for();
  {
    Plan::Lock lock(threads.mutex);
    for (Time i = 1; i <= 3; i++)
      threads.plan.add(reader(), begin + i * far_off);
  }
  Threads *const all = &threads;
  std::atomic<int> woken{0};
  const auto wait = [all, &woken] {
    Plan::Lock lock(all->mutex);
    all->plan.wait(lock);
    woken++;
  };
  std::thread first(wait), second(wait);
  std::this_thread::sleep_for(20ms);
  {
    Plan::Lock lock(threads.mutex);
    threads.plan.add(reader(), begin + 4 * far_off); // later than those that they wait for
    threads.plan.wake();
  }
  std::this_thread::sleep_for(20ms);
  CHECK(woken == 0);
  {
    Plan::Lock lock(threads.mutex);
    threads.plan.add(reader(), begin + far_off + far_off / 2);
    threads.plan.wake();
    threads.plan.wake(); // nobody more: the new one has a thread, and the first too
  }
  CHECK(soon([&] { return woken == 1; }));
  {
    Plan::Lock lock(threads.mutex);
    threads.plan.wake_all();
  }
  first.join();
  second.join();
}

// Who wakes at its time, by itself.
void a_thread_wakes_when_its_reader_is_due() {
  Threads threads(0);
  const auto soon_due = reader();
  Plan::Lock lock(threads.mutex);
  threads.plan.add(soon_due, running_for() + of_seconds(0.02));
  Plan::One taken;
  while (!(taken = threads.plan.take(running_for())))
    threads.plan.wait(lock);
  CHECK(taken == soon_due && running_for() >= soon_due->due);
}

} // namespace

int main() {
  the_first_one_that_is_due();
  each_that_comes_wakes_another_thread();
  threads_wait_for_the_first_ones();
  a_thread_wakes_when_its_reader_is_due();
  std::puts("ok");
}
