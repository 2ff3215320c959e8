// Samples as bytes and back, for the disk.
#pragma once

#include "engines/collect/cache.h"
#include "engines/collect/sample.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::collect {

std::string pack(const Sample *const *samples, size_t count);

// Those that can be made again, which the caller must drop(). The others have a type that is no longer known or has
// other sources, or are damaged.
std::vector<const Sample *> unpack(std::string_view bytes, Cache &cache, const DataSets &types);

} // namespace mortise::collect
