// Values about collecting itself, as CollectInternalStats asks for them.
#pragma once

#include "engines/collect/collector.h"

namespace mortise::collectd {

// Adds a reader of them. `owner` is whose it is. False when there is one already.
bool add_internal_stats(collect::Collector &collector, Owner *owner);

} // namespace mortise::collectd
