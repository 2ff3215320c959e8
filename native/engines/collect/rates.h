// What a value says per second, as collectd counts it.
#pragma once

#include "engines/collect/series.h"

namespace mortise::collect {

// Makes values and rates of the series those of `values` at `time`, which is after its last. A counter that went down
// has wrapped round at 32 bits when it was below that, else at 64. What is beyond its source's limits is NaN.
void update_rates(Series &series, const Value *values, Time time);
// The same for its first values: gauges say something by themselves, and absolute values what came in one interval.
void first_rates(Series &series, const Value *values, Time interval);

} // namespace mortise::collect
