#include "engines/memory.h"

#include "engines/owner.h"

#include <mortise/memory.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

namespace mortise {
namespace {

// Stands before each block: who is charged for it, and how much.
struct alignas(std::max_align_t) Header {
  Owner *owner;
  uint64_t marked_bytes;

  uint64_t bytes() const { return marked_bytes & (mark_at - 1); }
  bool is_marked() const { return marked_bytes / mark_at == mark; }

  // Above the largest size. What was released, or never allocated here, hardly ever has it there.
  static constexpr uint64_t mark_at = UINT64_C(1) << 48, mark = 0xb10c;
};
static_assert(MORTISE_MEMORY_LARGEST < Header::mark_at, "the mark stands above the size");

Header *header_of(void *block) {
  return static_cast<Header *>(block) - 1;
}

void charge(Owner &plugin, uint64_t bytes) {
  plugin.memory.bytes.fetch_add(bytes, std::memory_order_relaxed);
  plugin.memory.blocks.fetch_add(1, std::memory_order_relaxed);
}

void discharge(const Header &header) {
  header.owner->memory.bytes.fetch_sub(header.bytes(), std::memory_order_relaxed);
  header.owner->memory.blocks.fetch_sub(1, std::memory_order_relaxed);
}

bool is_absurd(Owner &plugin, const char *function, uint64_t bytes) {
  if (bytes <= MORTISE_MEMORY_LARGEST && bytes <= SIZE_MAX - sizeof(Header)) return false;
  plugin.report(
      Problem("MORTISE_ERR_SERVICE_LIMIT", "asked for " + std::to_string(bytes) + " bytes of memory at once")
          .in(function)
          .expects("at most " + std::to_string(MORTISE_MEMORY_LARGEST))
          .got(std::to_string(bytes))
          .fix("Ask its author to check how the plugin computes the size; a negative number may have become "
               "one."));
  return true;
}

// What malloc gave is told apart from what this gave; memory that isn't there to be read is not.
bool is_ours(Owner &caller, const char *function, void *block) {
  if (header_of(block)->is_marked()) return true;
  caller.report(Problem("MORTISE_ERR_SERVICE_ARGUMENT",
                        "passed a block that was released before, or isn't of mortise.memory")
                    .in(function)
                    .expects("a block that mortise.memory allocated, once")
                    .got("another")
                    .fix("Ask its author where the block comes from, and who else releases it."));
  return false;
}

} // namespace

void *allocate(Owner &owner, uint64_t bytes) {
  if (is_absurd(owner, "mortise.memory.allocate", bytes)) return nullptr;
  void *memory = malloc(sizeof(Header) + static_cast<size_t>(bytes));
  if (!memory) return nullptr;
  Header *header = new (memory) Header{&owner, bytes | Header::mark * Header::mark_at};
  charge(owner, bytes);
  return header + 1;
}

void *reallocate(Owner &caller, void *block, uint64_t bytes) {
  if (!block) return allocate(caller, bytes);
  if (is_absurd(caller, "mortise.memory.reallocate", bytes)) return nullptr;
  if (!is_ours(caller, "mortise.memory.reallocate", block)) return nullptr;
  const Header before = *header_of(block);
  void *memory = realloc(header_of(block), sizeof(Header) + static_cast<size_t>(bytes));
  if (!memory) return nullptr;
  // A block that was handed over stays charged to whoever allocated it.
  discharge(before);
  charge(*before.owner, bytes);
  Header *header = new (memory) Header{before.owner, bytes | Header::mark * Header::mark_at};
  return header + 1;
}

void release_block(Owner &caller, void *block) {
  if (!block || !is_ours(caller, "mortise.memory.release", block)) return;
  Header *header = header_of(block);
  discharge(*header);
  header->marked_bytes = 0;
  free(header);
}

} // namespace mortise
