// mortise.memory
#include "services/built_in.h"
#include "host/plugin.h"

namespace mortise {
namespace {

void *allocate_for(const mortise_host *host, uint64_t bytes) {
  return allocate(*Plugin::of(host), bytes);
}

void *reallocate_for(const mortise_host *host, void *block, uint64_t bytes) {
  return reallocate(*Plugin::of(host), block, bytes);
}

void release_for(const mortise_host *host, void *block) {
  release_block(*Plugin::of(host), block);
}

} // namespace

const mortise_memory_v1 memory_table = {sizeof(mortise_memory_v1), 0, allocate_for, reallocate_for,
                                        release_for};

} // namespace mortise
