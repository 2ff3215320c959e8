// Reads values on intervals, and writes them: what collectd's daemon does, for one host.
//
//   read threads → dispatch → [filter] → value cache → [filter] → one bounded queue and one thread per writer
//
// Nothing here waits for JavaScript, which takes what it wants from a queue of its own (Tap).
#pragma once

#include "engines/collect/buffer.h"
#include "engines/collect/cache.h"
#include "engines/collect/callbacks.h"
#include "engines/collect/filter.h"
#include "engines/collect/outcome.h"
#include "engines/collect/states.h"
#include "engines/owner.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace mortise::collect {

struct Options {
  std::string hostname; // empty: the machine's
  Time interval = 10 * second;
  uint32_t read_threads = 5;
  uint32_t timeout = 2;      // intervals until a series is missing
  size_t max_queue = 100000; // samples that wait for one writer; the oldest are dropped, and counted
  Time max_read_interval = 86400 * second;
  BufferOptions buffer;        // on disk, for what writers haven't taken
  size_t max_series = 1000000; // that are known at once; what comes beyond is refused, and counted
};

class Tap; // tap.h: a bounded queue that somebody else drains

class Collector {
  struct Parts;

public:
  explicit Collector(Options options);
  // Shuts down, with a limit of a second.
  ~Collector();

  Collector(const Collector &) = delete;
  Collector &operator=(const Collector &) = delete;

  const Options &options() const;
  DataSets &types;
  Cache &cache();

  // --- Registration. Any thread, from inside callbacks too. False, and `problem` filled, when the name is taken.
  // `interval` 0 is the collector's. `group` may be empty.
  bool add_reader(Owner *owner, std::string name, std::string group, Time interval, Read read,
                  Problem &problem);
  bool add_writer(Owner *owner, std::string name, Write write, Problem &problem);
  bool add_flush(Owner *owner, std::string name, Flush flush, Problem &problem);
  bool add_log(Owner *owner, std::string name, Log log, Problem &problem);
  bool add_notify(Owner *owner, std::string name, Notify notify, Problem &problem);
  bool add_missing(Owner *owner, std::string name, Missing missing, Problem &problem);
  bool add_shutdown(Owner *owner, std::string name, Shutdown shutdown, Problem &problem);
  // Each waits until what it removes doesn't run any more, unless it is called from inside that very callback: then it
  // ends after this run. False when there is none of that name.
  bool remove_reader(std::string_view name);
  bool remove_group(std::string_view group);
  bool remove_writer(std::string_view name); // what waits for it is dropped, and counted
  bool remove_flush(std::string_view name);
  bool remove_log(std::string_view name);
  bool remove_notify(std::string_view name);
  bool remove_missing(std::string_view name);
  bool remove_shutdown(std::string_view name);
  // The same without waiting for one that runs; what it was made with lives until it ends.
  bool forget_reader(std::string_view name);
  bool forget_group(std::string_view group);
  bool forget_writer(std::string_view name);
  bool forget_flush(std::string_view name);
  bool forget_log(std::string_view name);
  bool forget_notify(std::string_view name);
  bool forget_missing(std::string_view name);
  bool forget_shutdown(std::string_view name);
  // All of one plugin: its readers stop, its writer writes what waits until `limit`, it is flushed, its shutdown
  // runs. False when something of it still runs then; it is never called again.
  bool remove(Owner *owner, std::chrono::milliseconds limit);

  // At most one.
  void set_filter(std::shared_ptr<Filter> filter);
  // Whom to tell of what went wrong outside any plugin's call.
  void set_report(std::function<void(Owner *owner, Problem)> report);

  // --- What callbacks and plugins' own threads ask for. Any thread.
  // 0, or an Outcome: what is wrong, which is counted, and told (at most once a second and plugin).
  int32_t dispatch(Owner *owner, const Report &report);
  // To one writer, by its name; empty: to all. Neither filter nor cache sees it. An Outcome.
  int32_t write(std::string_view writer, const Report &report);
  int32_t notify(const Notification &notification);
  void log(Owner *owner, int32_t severity, std::string_view text);
  // Whether anybody hears that. Costs next to nothing.
  bool hears() const;
  // Waits, at most 10 s a writer. `plugin`, of a callback or of its owner, may be empty: all. How many failed.
  int32_t flush(std::string_view plugin, Time age, std::string_view identifier);
  // What the reader that runs on this thread is asked every; else the collector's interval.
  Time interval_here() const;

  // --- Life. Readers run from start() on, spread over their first interval.
  void start();
  // Runs a reader, or each, once, now, on the calling thread's behalf, and answers how many failed.
  uint32_t read_once(std::string_view name);
  // Waits until each writer has written what waits for it now. False after `limit`.
  bool drain(std::chrono::milliseconds limit);
  // In collectd's order: no more inits, readers end, writers write what waits until `limit`, all is flushed, shutdown
  // callbacks run. What is left is dropped and counted. Safe to repeat.
  bool shut_down(std::chrono::milliseconds limit);

  std::vector<ReaderState> readers() const;
  std::vector<WriterState> writers() const;
  struct Counts {
    uint64_t dispatched, unknown_type, wrong_count, out_of_order, filtered, invalid, too_many;
    size_t series;
  };
  Counts counts() const;

  std::shared_ptr<Tap> tap(size_t max_queue);

private:
  explicit Collector(std::shared_ptr<Parts> parts);

  const std::shared_ptr<Parts> parts_; // threads that hang keep it
};

} // namespace mortise::collect
