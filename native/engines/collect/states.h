// What is known of readers and writers while they work.
#pragma once

#include "engines/collect/time.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace mortise::collect {

struct ReaderState {
  std::string plugin, name, group;
  Time interval, effective_interval;      // longer while it fails
  Time last_run, last_duration, next_run; // 0: never
  double lateness;                        // s, of the last run
  uint64_t runs, failures;
  bool is_running;
};

struct WriterState {
  std::string plugin, name;
  uint64_t written, failed, dropped; // samples
  size_t waiting, max_queue;         // waiting: those that are being written too
  Time last_run, last_duration;
  bool is_running;
  size_t on_disk = 0; // of those that wait
};

} // namespace mortise::collect
