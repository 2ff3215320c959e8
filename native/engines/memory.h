// Memory that is counted per plugin.
#pragma once

#include <atomic>
#include <cstdint>

namespace mortise {

struct Plugin;

struct MemoryCount {
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> blocks{0};
};

// Any thread. Null for what there is no memory for.
void *allocate(Plugin &owner, uint64_t bytes);
void *reallocate(Plugin &caller, void *block, uint64_t bytes);
void release_block(Plugin &caller, void *block);

} // namespace mortise
