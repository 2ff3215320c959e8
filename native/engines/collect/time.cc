#include "engines/collect/time.h"

#include <chrono>
#include <ctime>

namespace mortise::collect {
namespace {

template <typename Clock> Time read() {
  const auto since = Clock::now().time_since_epoch();
  const auto ns = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
  return of_nanoseconds(ns);
}

} // namespace

Time now() {
  return read<std::chrono::system_clock>();
}

Time running_for() {
  return read<std::chrono::steady_clock>();
}

Time roughly_running_for() {
#ifdef CLOCK_MONOTONIC_COARSE
  timespec time;
  if (clock_gettime(CLOCK_MONOTONIC_COARSE, &time) == 0)
    return (static_cast<Time>(time.tv_sec) << 30) + (static_cast<Time>(time.tv_nsec) << 30) / 1000000000;
#endif
  return running_for();
}

std::chrono::nanoseconds as_duration(Time span) {
  const uint64_t seconds = span >> 30, rest = span & (second - 1);
  return std::chrono::seconds(seconds) + std::chrono::nanoseconds((rest * 1000000000) >> 30);
}

} // namespace mortise::collect
