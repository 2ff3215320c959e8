// A number for a name, the same for equal names: FNV-1a.
#pragma once

#include <mortise/abi.h>

#include <cstdint>

namespace mortise::sql {

inline uint32_t hash_of(mortise_text text, uint32_t seed = 2166136261u) {
  for (uint64_t at = 0; at < text.size; ++at)
    seed = (seed ^ static_cast<uint8_t>(text.data[at])) * 16777619u;
  // The low bits choose the bucket.
  return seed ^ seed >> 15;
}

} // namespace mortise::sql
