// A series: an identity, kept once, with what the value cache knows of it.
#pragma once

#include "engines/collect/data_set.h"
#include "engines/collect/identity.h"
#include "engines/collect/metadata.h"
#include "engines/collect/time.h"

#include <string>
#include <vector>

namespace mortise::collect {

// Lives until it has been missing and nobody holds a sample of it. What the cache changes is under its shard's lock.
struct Series {
  uint64_t number;   // never used again for another
  std::string text;  // Identity::text(), which `identity` doesn't point into
  Identity identity; // points into the series' own memory
  DataSets::Shared set;
  // … the cache's own: last values, rates, time, interval, state, hits, history, metadata
};

} // namespace mortise::collect
