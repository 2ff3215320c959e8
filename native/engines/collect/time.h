// Times and spans of time in units of 2^-30 s since 1970, as collectd counts them: exact to a nanosecond, and a second
// is a shift.
#pragma once

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

// The system's clock.
Time now();

} // namespace mortise::collect
