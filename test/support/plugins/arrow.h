/* Arrow's C data interface, as its specification has it. */
#pragma once

#include <stdint.h>

struct schema {
  const char *format, *name, *metadata;
  int64_t flags, n_children;
  struct schema **children, *dictionary;
  void (*release)(struct schema *);
  void *data;
};
struct array {
  int64_t length, null_count, offset, n_buffers, n_children;
  const void **buffers;
  struct array **children, *dictionary;
  void (*release)(struct array *);
  void *data;
};
struct stream {
  int (*schema)(struct stream *, struct schema *);
  int (*next)(struct stream *, struct array *);
  const char *(*last)(struct stream *);
  void (*release)(struct stream *);
  void *data;
};
