// Times and spans of time in units of 2^-30 s since 1970, as collectd counts them: exact to a nanosecond, and a second
// is a shift.
#pragma once

#include <chrono>
#include <cstdint>

namespace mortise::collect {

using Time = uint64_t;

constexpr Time second = Time{1} << 30;

constexpr Time of_seconds(double seconds) {
  return seconds <= 0 ? 0 : static_cast<Time>(seconds * static_cast<double>(second) + 0.5);
}
constexpr double in_seconds(Time time) {
  return static_cast<double>(time) / static_cast<double>(second);
}

constexpr Time of_nanoseconds(uint64_t ns) {
  return (ns / 1000000000 << 30) + (((ns % 1000000000) << 30) + 500000000) / 1000000000;
}
std::chrono::nanoseconds as_duration(Time span);

// The system's clock, which may be set.
Time now();
// The clock that only goes on, for schedules. The second is some milliseconds behind, and cheaper.
Time running_for();
Time roughly_running_for();

} // namespace mortise::collect
