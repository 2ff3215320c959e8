/* What a test's host keeps, and mortise.memory, which counts the plugin's blocks. */
#ifndef MORTISE_TESTING_MEMORY_H
#define MORTISE_TESTING_MEMORY_H

#include <mortise/memory.h>
#include <mortise/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the test program: something about the test itself is wrong. */
static inline void mortise_test_abort(const char *why, const char *what) {
  fprintf(stderr, "mortise/testing.h: %s: %s\n", why, what);
  abort();
}

/* A block of the host's, which lives until the next mortise_test_begin. */
typedef struct mortise_test_block {
  struct mortise_test_block *next;
  uint64_t aligned;
} mortise_test_block;

static mortise_test_block *mortise_test_kept;
static int64_t mortise_test_block_count;

static inline void *mortise_test_keep(size_t bytes) {
  mortise_test_block *block = (mortise_test_block *)calloc(1, sizeof *block + bytes + 1);
  if (!block) mortise_test_abort("no memory", "");
  block->next = mortise_test_kept;
  mortise_test_kept = block;
  return block + 1;
}

/* A copy that ends in a zero. */
static inline mortise_text mortise_test_copy(mortise_text text) {
  char *copy = (char *)mortise_test_keep((size_t)text.size);
  mortise_text kept;
  if (text.size > 0) memcpy(copy, text.data, (size_t)text.size);
  kept.data = copy;
  kept.size = text.size;
  return kept;
}

static inline void mortise_test_forget(void) {
  while (mortise_test_kept) {
    mortise_test_block *block = mortise_test_kept;
    mortise_test_kept = block->next;
    free(block);
  }
}

static inline void *mortise_test_allocate(const mortise_host *host, uint64_t bytes) {
  void *block = bytes > MORTISE_MEMORY_LARGEST ? NULL : malloc(bytes ? (size_t)bytes : 1);
  (void)host;
  mortise_test_block_count += block != NULL;
  return block;
}

static inline void *mortise_test_reallocate(const mortise_host *host, void *block, uint64_t bytes) {
  if (!block) return mortise_test_allocate(host, bytes);
  return bytes > MORTISE_MEMORY_LARGEST ? NULL : realloc(block, bytes ? (size_t)bytes : 1);
}

static inline void mortise_test_release(const mortise_host *host, void *block) {
  (void)host;
  mortise_test_block_count -= block != NULL;
  free(block);
}

static const mortise_memory_v1 mortise_test_memory = {sizeof(mortise_memory_v1), 0, mortise_test_allocate,
                                                      mortise_test_reallocate, mortise_test_release};

/* How many blocks of mortise.memory the plugin has not released. */
static inline int64_t mortise_test_blocks(void) {
  return mortise_test_block_count;
}

#endif
