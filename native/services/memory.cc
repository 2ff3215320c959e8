#include "services/memory.h"

#include "host/plugin.h"

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

namespace mortise {
namespace {

// Stands before each block: who is charged for it, and how much.
struct alignas(std::max_align_t) Header {
  Plugin *owner;
  uint64_t bytes;
};

Header *header_of(void *block) {
  return static_cast<Header *>(block) - 1;
}

void charge(Plugin &plugin, uint64_t bytes) {
  plugin.memory.bytes.fetch_add(bytes, std::memory_order_relaxed);
  plugin.memory.blocks.fetch_add(1, std::memory_order_relaxed);
}

void discharge(const Header &header) {
  header.owner->memory.bytes.fetch_sub(header.bytes, std::memory_order_relaxed);
  header.owner->memory.blocks.fetch_sub(1, std::memory_order_relaxed);
}

bool is_absurd(Plugin &plugin, const char *function, uint64_t bytes) {
  if (bytes <= MORTISE_MEMORY_LARGEST && bytes <= SIZE_MAX - sizeof(Header)) return false;
  plugin.report(
      {"MORTISE_ERR_SERVICE_LIMIT", "asked for " + std::to_string(bytes) + " bytes of memory at once",
       function, "at most " + std::to_string(MORTISE_MEMORY_LARGEST), std::to_string(bytes),
       "Ask its author to check how the plugin computes the size; a negative number may have become one."});
  return true;
}

} // namespace

void *allocate(Plugin &owner, uint64_t bytes) {
  if (is_absurd(owner, "mortise.memory.allocate", bytes)) return nullptr;
  void *memory = malloc(sizeof(Header) + static_cast<size_t>(bytes));
  if (!memory) return nullptr;
  Header *header = new (memory) Header{&owner, bytes};
  charge(owner, bytes);
  return header + 1;
}

void *reallocate(Plugin &caller, void *block, uint64_t bytes) {
  if (!block) return allocate(caller, bytes);
  if (is_absurd(caller, "mortise.memory.reallocate", bytes)) return nullptr;
  const Header before = *header_of(block);
  void *memory = realloc(header_of(block), sizeof(Header) + static_cast<size_t>(bytes));
  if (!memory) return nullptr;
  // A block that was handed over stays charged to whoever allocated it.
  discharge(before);
  charge(*before.owner, bytes);
  Header *header = new (memory) Header{before.owner, bytes};
  return header + 1;
}

void release(void *block) {
  if (!block) return;
  Header *header = header_of(block);
  discharge(*header);
  free(header);
}

} // namespace mortise
