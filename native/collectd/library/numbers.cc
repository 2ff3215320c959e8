// Numbers from text, and rates from numbers.
#include "collectd/library/exports.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace mortise::collectd {

extern "C" {

struct rate_to_value_state_t {
  value_t last_value;
  cdtime_t last_time;
  double residual;
};

struct value_to_rate_state_t {
  value_t last_value;
  cdtime_t last_time;
};

} // extern "C"

MORTISE_EXPORT int strtoderive(const char *text, int64_t *value) {
  if (!text || !value) return EINVAL;
  char *end = nullptr;
  errno = 0;
  const int64_t number = strtoll(text, &end, 0);
  if (end == text || errno != 0) return -1;
  *value = number;
  return 0;
}

MORTISE_EXPORT int strtogauge(const char *text, double *value) {
  if (!text || !value) return EINVAL;
  char *end = nullptr;
  errno = 0;
  const double number = strtod(text, &end);
  if (errno != 0) return errno;
  if (*end) return EINVAL;
  *value = number;
  return 0;
}

// A counter that is smaller than before went round: at 32 bits when it can have, else at 64.
MORTISE_EXPORT unsigned long long counter_diff(unsigned long long before, unsigned long long now) {
  if (now >= before) return now - before;
  if (before <= std::numeric_limits<uint32_t>::max())
    return std::numeric_limits<uint32_t>::max() - before + now + 1;
  return std::numeric_limits<unsigned long long>::max() - before + now + 1;
}

// EAGAIN the first time; what a whole number can't hold is added the next time.
MORTISE_EXPORT int rate_to_value(value_t *value, double rate, rate_to_value_state_t *state, int type,
                                 cdtime_t time) {
  if (type == ds_gauge) {
    state->last_value.gauge = rate;
    state->last_time = time;
    *value = state->last_value;
    return 0;
  }
  if (type != ds_counter && type != ds_derive && type != ds_absolute) return EINVAL;
  if ((rate < 0 && type != ds_derive) || time <= state->last_time) {
    *state = {};
    return EINVAL;
  }
  const bool first = state->last_time == 0;
  const double seconds = static_cast<double>(time - state->last_time) / static_cast<double>(one_second);
  const double delta = first ? rate : rate * seconds + state->residual;
  if (type == ds_derive) {
    const int64_t whole = static_cast<int64_t>(delta);
    state->last_value.derive = first ? whole : state->last_value.derive + whole;
    state->residual = delta - static_cast<double>(whole);
  } else {
    const uint64_t whole = static_cast<uint64_t>(delta);
    if (type == ds_counter)
      state->last_value.counter = first ? whole : state->last_value.counter + whole;
    else
      state->last_value.absolute = whole;
    state->residual = delta - static_cast<double>(whole);
  }
  state->last_time = time;
  if (first) return EAGAIN;
  *value = state->last_value;
  return 0;
}

MORTISE_EXPORT int value_to_rate(double *rate, value_t value, int type, cdtime_t time,
                                 value_to_rate_state_t *state) {
  if (time <= state->last_time) {
    *state = {};
    return EINVAL;
  }
  const double seconds = static_cast<double>(time - state->last_time) / static_cast<double>(one_second);
  const bool first = state->last_time == 0;
  if (!first) {
    switch (type) {
    case ds_gauge:
      *rate = value.gauge;
      break;
    case ds_derive:
      *rate = static_cast<double>(value.derive - state->last_value.derive) / seconds;
      break;
    case ds_counter:
      *rate = static_cast<double>(counter_diff(state->last_value.counter, value.counter)) / seconds;
      break;
    case ds_absolute:
      *rate = static_cast<double>(value.absolute) / seconds;
      break;
    default:
      return EINVAL;
    }
  }
  state->last_value = value;
  state->last_time = time;
  return first ? EAGAIN : 0;
}

} // namespace mortise::collectd
