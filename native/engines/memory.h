// Memory that is counted per plugin.
#pragma once

#include <cstdint>

namespace mortise {

struct Owner;

// Any thread. Null for what there is no memory for.
void *allocate(Owner &owner, uint64_t bytes);
void *reallocate(Owner &caller, void *block, uint64_t bytes);
void release_block(Owner &caller, void *block);

} // namespace mortise
