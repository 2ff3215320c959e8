// What waits for a writer on disk: there after the process's end at any moment, and never sent whole again.
#include "collecting.h"
#include "engines/collect/buffer.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

Someone one("one");

// Gone at the end.
struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/mortise-buffer-XXXXXX";
    CHECK(mkdtemp(name));
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

Options on_disk(const std::string &path) {
  Options options = quick();
  options.buffer.path = path;
  return options;
}

// Takes what it may, and remembers it.
struct Taking {
  std::mutex mutex;
  std::vector<int> numbers;
  std::atomic<size_t> may{SIZE_MAX};
  Write write() {
    return [this](const Sample *const *samples, size_t count) {
      std::lock_guard<std::mutex> lock(mutex);
      if (numbers.size() + count > may) return -1;
      for (size_t i = 0; i < count; i++) {
        CHECK(samples[i]->rates()[0] == samples[i]->values()[0].gauge);
        numbers.push_back(static_cast<int>(samples[i]->values()[0].gauge));
      }
      return 0;
    };
  }
  size_t count() {
    std::lock_guard<std::mutex> lock(mutex);
    return numbers.size();
  }
};

void dispatch(Collector &collector, int first, int count) {
  for (int i = first; i < first + count; i++)
    CHECK(send(collector, &one, called("gauge", std::to_string(i % 7)), gauge(i)) == 0);
}

uint64_t waiting(const Collector &collector) {
  return collector.writers().at(0).waiting;
}

void what_waits_is_there_again() {
  Folder folder;
  Problem problem;
  {
    Taking none;
    none.may = 0;
    Collector collector(on_disk(folder.path + "/made"));
    add_types(collector.types);
    CHECK(collector.add_writer(&one, "some/writer", none.write(), problem));
    dispatch(collector, 0, 500);
    CHECK(!collector.drain(10s) && collector.writers().at(0).failed > 0 && waiting(collector) == 500);
    // A second one would send all twice.
    Collector other(on_disk(folder.path + "/made"));
    CHECK(!other.add_writer(&one, "some/writer", none.write(), problem));
    CHECK(problem.code == "MORTISE_ERR_COLLECT_BUFFER" && problem.found.find("locked") != std::string::npos);
    CHECK(collector.shut_down(10s)); // what is on disk isn't lost
  }
  Taking some;
  {
    Collector collector(on_disk(folder.path + "/made"));
    add_types(collector.types);
    CHECK(collector.add_writer(&one, "some/writer", some.write(), problem));
    CHECK(waiting(collector) == 500);
    std::this_thread::sleep_for(20ms);
    CHECK(some.count() == 0); // types may still come
    collector.start();
    CHECK(soon([&] { return some.count() == 500; }));
    dispatch(collector, 500, 100);
    CHECK(collector.drain(10s) && waiting(collector) == 0);
    CHECK(collector.writers().at(0).written == 600);
  }
  for (int i = 0; i < 600; i++)
    CHECK(some.numbers[static_cast<size_t>(i)] == i);
}

void only_what_failed_comes_again() {
  Folder folder;
  Taking taking;
  Problem problem;
  Collector collector(on_disk(folder.path));
  add_types(collector.types);
  CHECK(collector.add_writer(&one, "w", taking.write(), problem));
  for (int i = 0; i < 10; i++) {
    taking.may = static_cast<size_t>(i) * 100 + 50; // in the middle
    dispatch(collector, i * 100, 100);
    collector.drain(10s);
    taking.may = SIZE_MAX;
    CHECK(collector.drain(10s));
  }
  CHECK(taking.numbers.size() == 1000);
  for (int i = 0; i < 1000; i++)
    CHECK(taking.numbers[static_cast<size_t>(i)] == i);
}

void it_is_bounded() {
  Folder folder;
  Taking taking;
  taking.may = 0;
  Problem problem;
  Options options = on_disk(folder.path);
  options.buffer.max_bytes = 20000;
  Collector collector(options);
  Told told(collector);
  add_types(collector.types);
  CHECK(collector.add_writer(&one, "w", taking.write(), problem));
  for (int i = 0; i < 20; i++) {
    dispatch(collector, i * 100, 100);
    collector.drain(10ms);
  }
  CHECK(soon([&] { return waiting(collector) + collector.writers().at(0).dropped == 2000; }));
  const uint64_t dropped = collector.writers().at(0).dropped;
  CHECK(dropped > 1000 && waiting(collector) > 50);
  CHECK(soon([&] { return told.count("MORTISE_WARN_COLLECT_DROPPED", &one) > 0; }));
  taking.may = SIZE_MAX;
  CHECK(collector.drain(10s) && taking.numbers.size() == 2000 - dropped && taking.numbers.back() == 1999);
  uintmax_t size = 0;
  for (const auto &file : std::filesystem::directory_iterator(folder.path))
    size += file.file_size();
  CHECK(size < 6000000); // with SQLite's log, which is folded in at 1,000 pages
}

void it_grows_no_older() {
  Folder folder;
  Taking taking;
  taking.may = 0;
  Problem problem;
  Options options = on_disk(folder.path);
  options.buffer.max_age = of_seconds(0.3);
  Collector collector(options);
  add_types(collector.types);
  CHECK(collector.add_writer(&one, "w", taking.write(), problem));
  dispatch(collector, 0, 100);
  CHECK(!collector.drain(1s));
  std::this_thread::sleep_for(400ms);
  dispatch(collector, 100, 1);
  collector.drain(1s);
  taking.may = SIZE_MAX;
  CHECK(soon([&] { return collector.drain(1s); }));
  CHECK(taking.numbers == std::vector<int>{100} && collector.writers().at(0).dropped == 100);
}

void all_of_a_sample_is_kept() {
  Folder folder;
  Problem problem;
  std::atomic<int> seen{0};
  Collector collector(on_disk(folder.path));
  add_types(collector.types);
  Metadata facts;
  facts["text"] = std::string("x\0y", 3);
  facts["signed"] = int64_t{-5};
  facts["unsigned"] = UINT64_MAX;
  facts["number"] = 0.5;
  facts["yes"] = true;
  const Time time = now() - 50 * second;
  CHECK(collector.add_writer(
      &one, "w",
      [&](const Sample *const *samples, size_t) {
        const Sample &sample = *samples[0];
        CHECK(sample.series->text == "there/p-i/if_octets-t" && sample.time == time &&
              sample.interval == 7 * second);
        CHECK(sample.count == 2 && sample.values()[1].derive == -4 && sample.rates()[0] != sample.rates()[0]);
        CHECK(*sample.metadata == facts);
        return seen++, 0;
      },
      problem));
  Value values[2];
  values[0].derive = 3;
  values[1].derive = -4;
  CHECK(collector.dispatch(
            &one, {{"there", "p", "i", "if_octets", "t"}, values, 2, time, 7 * second, &facts}) == 0);
  CHECK(collector.drain(10s) && seen == 1);
}

void what_fits_no_more_is_dropped() {
  Folder folder;
  Problem problem;
  Taking taking;
  taking.may = 0;
  Collector collector(on_disk(folder.path));
  add_types(collector.types);
  CHECK(collector.add_writer(&one, "w", taking.write(), problem));
  dispatch(collector, 0, 10);
  CHECK(!collector.drain(5s));
  CHECK(collector.types.add({"gauge", {{"value", Kind::counter, 0, 1e9}}}, problem));
  taking.may = SIZE_MAX;
  CHECK(collector.drain(10s) && taking.numbers.empty() && collector.writers().at(0).dropped == 10);
}

void a_damaged_file_is_a_problem() {
  Folder folder;
  Problem problem;
  Taking taking;
  {
    Collector collector(on_disk(folder.path));
    CHECK(collector.add_writer(&one, "w", taking.write(), problem));
  }
  for (const auto &file : std::filesystem::directory_iterator(folder.path))
    std::ofstream(file.path(), std::ios::trunc) << std::string(5000, 'x');
  Collector collector(on_disk(folder.path));
  CHECK(!collector.add_writer(&one, "w", taking.write(), problem));
  CHECK(problem.code == "MORTISE_ERR_COLLECT_BUFFER" && collector.writers().empty());
  Collector nowhere(on_disk("/proc/none"));
  CHECK(!nowhere.add_writer(&one, "w", taking.write(), problem) &&
        problem.code == "MORTISE_ERR_COLLECT_BUFFER");
}

// No file grows beyond it: as a disk that is full.
void set_disk(rlim_t bytes) {
  rlimit limit;
  CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  limit.rlim_cur = std::min(bytes, limit.rlim_max);
  CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

void a_full_disk_is_told_and_waited_for() {
  Folder folder;
  Problem problem;
  Taking taking;
  taking.may = 0;
  Collector collector(on_disk(folder.path));
  Told told(collector);
  add_types(collector.types);
  CHECK(collector.add_writer(&one, "w", taking.write(), problem));
  collector.start();
  std::signal(SIGXFSZ, SIG_IGN);
  set_disk(100000);
  for (int i = 0; i < 20000; i += 1000) {
    dispatch(collector, i, 1000);
    std::this_thread::sleep_for(2ms);
  }
  CHECK(soon([&] { return told.count("MORTISE_WARN_COLLECT_BUFFER", &one) > 0; }));
  WriterState state = collector.writers().at(0);
  CHECK(state.waiting == 20000 && state.on_disk > 100 && state.on_disk < 19000 && state.dropped == 0);
  // The writer takes values again, of which the disk can't even remove what was written.
  taking.may = SIZE_MAX;
  CHECK(soon([&] { return taking.count() > 0; }));
  std::this_thread::sleep_for(300ms);
  set_disk(RLIM_INFINITY);
  CHECK(soon([&] { return collector.drain(1s); }));
  CHECK(taking.numbers.size() == 20000);
  for (int i = 0; i < 20000; i++)
    CHECK(taking.numbers[static_cast<size_t>(i)] == i);
  state = collector.writers().at(0);
  CHECK(state.written == 20000 && state.waiting == 0 && state.dropped == 0);
}

void what_a_full_disk_never_took_is_counted() {
  Folder folder;
  Problem problem;
  Taking taking;
  taking.may = 0;
  Collector collector(on_disk(folder.path));
  add_types(collector.types);
  CHECK(collector.add_writer(&one, "w", taking.write(), problem));
  set_disk(100000);
  dispatch(collector, 0, 20000);
  CHECK(soon([&] { return collector.writers().at(0).on_disk > 100; }));
  collector.shut_down(500ms);
  const WriterState state = collector.writers().at(0);
  set_disk(RLIM_INFINITY);
  taking.may = SIZE_MAX;
  Collector next(on_disk(folder.path));
  add_types(next.types);
  CHECK(next.add_writer(&one, "w", taking.write(), problem) && next.drain(10s));
  CHECK(taking.numbers.size() + state.dropped == 20000 && state.dropped > 0 && !taking.numbers.empty());
}

// Says on its standard output which numbers its writer took, and up to which all are on disk, until it is killed.
void run_until_killed(const char *path, int first) {
  const auto say = [](char kind, int number) {
    char text[32];
    const int size = std::snprintf(text, sizeof(text), "%c%d\n", kind, number);
    CHECK(write(STDOUT_FILENO, text, static_cast<size_t>(size)) == size);
  };
  Problem problem;
  Collector collector(on_disk(path));
  add_types(collector.types);
  int calls = 0;
  CHECK(collector.add_writer(
      &one, "w",
      [&](const Sample *const *samples, size_t count) {
        if (++calls % 3 == 0) return -1;
        for (size_t i = 0; i < count; i++)
          say('w', static_cast<int>(samples[i]->values()[0].gauge));
        return 0;
      },
      problem));
  collector.start();
  for (int i = first;; i += 20) {
    dispatch(collector, i, 20);
    if (i % 200 == 0) collector.drain(1ms); // tries again what failed
    CHECK(soon([&] {
      const WriterState state = collector.writers().at(0);
      return state.waiting == state.on_disk;
    }));
    say('k', i + 19);
  }
}

void killed_at_any_moment_it_loses_nothing(const char *program) {
  Folder folder;
  Numbers numbers(20);
  std::multiset<int> written;
  std::vector<std::pair<int, int>> ranges; // what had to come
  for (int round = 0; round < 6; round++) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    const std::string first = std::to_string(round * 1000000);
    const pid_t child = fork();
    if (child == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      execl(program, program, folder.path.c_str(), first.c_str(), nullptr);
      _exit(1);
    }
    close(ends[1]);
    std::string text;
    const size_t enough = 2000 + numbers.below(4000);
    char bytes[512];
    while (text.size() < enough) {
      const ssize_t size = read(ends[0], bytes, sizeof(bytes));
      CHECK(size > 0);
      text.append(bytes, static_cast<size_t>(size));
    }
    kill(child, SIGKILL);
    for (ssize_t size; (size = read(ends[0], bytes, sizeof(bytes))) > 0;)
      text.append(bytes, static_cast<size_t>(size));
    close(ends[0]);
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    const int begin = std::atoi(first.c_str());
    int last = begin - 1;
    text.resize(text.rfind('\n') + 1);
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      const int number = std::atoi(text.c_str() + at + 1);
      if (text[at] == 'w')
        written.insert(number);
      else
        last = number;
    }
    CHECK(last > begin);
    Taking rest;
    if (round == 5) { // the others leave it to the next child
      Problem problem;
      Collector collector(on_disk(folder.path));
      add_types(collector.types);
      CHECK(collector.add_writer(&one, "w", rest.write(), problem));
      CHECK(collector.drain(10s));
      written.insert(rest.numbers.begin(), rest.numbers.end());
    }
    ranges.push_back({begin, last});
  }
  size_t twice = 0;
  for (const auto &[begin, last] : ranges)
    for (int i = begin; i <= last; i++)
      CHECK(written.count(i) >= 1);
  for (auto at = written.begin(); at != written.end(); at = written.upper_bound(*at))
    twice += written.count(*at) - 1;
  CHECK(twice <= 6 * 100); // a batch for each end, which its writer may have had in part
}

} // namespace

int main(int count, char **arguments) {
  if (count == 3) run_until_killed(arguments[1], std::atoi(arguments[2]));
  std::string why;
  if (!Sqlite::get(why)) {
    Taking none;
    Problem problem;
    Collector collector(on_disk("/tmp"));
    CHECK(!collector.add_writer(&one, "w", none.write(), problem) && problem.found == why);
    return std::puts("ok"), 0;
  }
  killed_at_any_moment_it_loses_nothing("/proc/self/exe");
  what_waits_is_there_again();
  only_what_failed_comes_again();
  it_is_bounded();
  it_grows_no_older();
  all_of_a_sample_is_kept();
  what_fits_no_more_is_dropped();
  a_damaged_file_is_a_problem();
  a_full_disk_is_told_and_waited_for();
  what_a_full_disk_never_took_is_counted();
  std::puts("ok");
}
