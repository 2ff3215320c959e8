// Arrow's C data and C stream interfaces, as their specification lays them out: what drivers and plugins hand over.
#pragma once

#include <cstdint>

namespace mortise::arrow {

// One field, and those below it. Text ends with a zero. Released by itself, which releases those below; a null release
// says that it was, or was moved elsewhere.
struct CSchema {
  const char *format;
  const char *name;
  const char
      *metadata; // int32 pairs; of each: int32 size and bytes of the key, the same of the value; or null
  int64_t flags;
  int64_t n_children;
  CSchema **children;
  CSchema *dictionary;
  void (*release)(CSchema *);
  void *private_data;
};

constexpr int64_t flag_ordered = 1, flag_nullable = 2, flag_sorted_keys = 4;

// Values of one field. How large a buffer is isn't said; it follows from the values, the type and the offset.
struct CArray {
  int64_t length;
  int64_t null_count; // -1: not counted
  int64_t offset;     // of the first value, in all buffers but those of variable size
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  CArray **children;
  CArray *dictionary;
  void (*release)(CArray *);
  void *private_data;
};

// Both answer 0 or an errno. The end is an array whose release is null. One call at a time, on any thread.
struct CStream {
  int (*get_schema)(CStream *, CSchema *out);
  int (*get_next)(CStream *, CArray *out);
  const char *(*get_last_error)(CStream *); // null: nothing to say; valid until the next call
  void (*release)(CStream *);
  void *private_data;
};

// On the 64-bit systems that mortise runs on.
static_assert(sizeof(CSchema) == 72 && sizeof(CArray) == 80 && sizeof(CStream) == 40);

// Released when it goes.
template <typename C> class Owned {
public:
  Owned() = default;
  Owned(Owned &&other) noexcept : c(other.c) { other.c = {}; }
  Owned &operator=(Owned &&other) noexcept {
    if (this == &other) return *this;
    reset();
    c = other.c;
    other.c = {};
    return *this;
  }
  ~Owned() { reset(); }
  void reset() {
    if (c.release) c.release(&c);
    c = {};
  }
  explicit operator bool() const { return c.release != nullptr; }
  C c = {};
};

} // namespace mortise::arrow
