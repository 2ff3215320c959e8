// What became of a report.
#pragma once

#include <cstdint>

namespace mortise::collect {

enum Outcome : int32_t {
  outcome_dispatched = 0,
  outcome_unknown_type = -1,
  outcome_wrong_count = -2, // of values: other than its type has sources
  outcome_out_of_order =
      -3, // not after the series' last: not in the cache, but written all the same, as with collectd
  outcome_invalid =
      -4,              // a name that is too long, missing or has a zero byte; or a time more than a day ahead
  outcome_closed = -5, // the collector is shut down
  outcome_no_writer = -6, // of that name
  outcome_too_many = -7,  // series
};

} // namespace mortise::collect
