/*
 * mortise.memory 1.0: memory that the host counts per plugin. What a plugin hasn't released when its
 * module_fini returns is reported as a leak, with its bytes and blocks. A plugin may as well use malloc; the
 * host then knows nothing of it.
 */
#ifndef MORTISE_MEMORY_H
#define MORTISE_MEMORY_H

#include <mortise/host.h>
#include <mortise/service.h>

/* More than this at once is refused, and reported: 64 GiB, beyond what any plugin means. */
#define MORTISE_MEMORY_LARGEST (UINT64_C(1) << 36)

typedef struct mortise_memory_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * A block of `bytes`, aligned for any type of C, uninitialised; or null when there is no memory or `bytes`
   * is absurd. A block of 0 bytes is a block too. Owned by the plugin. [any-thread]
   */
  void *(*allocate)(const mortise_host *host, uint64_t bytes);

  /*
   * The block with another size, perhaps elsewhere; its first bytes are kept. Null, with the old block left as
   * it was, where allocate would answer null. A null block is allocated. [any-thread]
   */
  void *(*reallocate)(const mortise_host *host, void *block, uint64_t bytes);

  /*
   * Gives back a block of this service, whichever plugin allocated it; so blocks may be handed from plugin to
   * plugin. Null is nothing. [any-thread]
   */
  void (*release)(const mortise_host *host, void *block);
} mortise_memory_v1;

#define mortise_memory_signature                                                                             \
  "allocate(host, bytes: u64) -> void * [any-thread];"                                                       \
  "reallocate(host, block: void *, bytes: u64) -> void * [any-thread];"                                      \
  "release(host, block: void *) -> none [any-thread]"

MORTISE_SERVICE_CELL(mortise_memory, 1)

#endif
