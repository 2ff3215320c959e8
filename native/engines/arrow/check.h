// Looks at every array of a batch before anything else does, and notes what to copy of it.
#pragma once

#include "engines/arrow/block.h"

#include <cstring>

namespace mortise::arrow {

// More than any memory holds, and so small that sums of a few of them don't overflow.
constexpr int64_t max_length = int64_t{1} << 40;

inline std::string text(int64_t number) {
  return std::to_string(number);
}

// Values of an array that are wanted: `start` counts from its offset.
struct Span {
  int64_t start;
  int64_t count;
};

class Check {
public:
  Check(Block &block, uint64_t max_size, Arena arena)
      : block_(block), arena_(arena), start_(block.size_), max_size_(max_size) {}

  // Empty, or what is wrong.
  std::string batch(const Field &schema, const CArray &array);

  using Reads = const uint8_t *;
  // Drivers needn't align what they hand over.
  template <typename T> static T at(Reads values, int64_t index) {
    T value;
    memcpy(&value, values + static_cast<size_t>(index) * sizeof(T), sizeof value);
    return value;
  }

private:
  // Where its values start in the buffers, when the array is what its field says; notes its length and its nulls.
  bool enter(const Field &field, const CArray *array, Span span, int64_t &first);
  bool array(const Field &field, const CArray *array, Span span);
  // Of a struct, a list of fixed size and a sparse union.
  bool children(const Field &field, const CArray &array, Span span, int64_t first);
  bool dictionary(const Field &field, const CArray &array, Span span, int64_t first);

  bool nulls(const Field &field, const CArray &array, Span span, int64_t first);
  bool fixed(const Field &field, const CArray &array, Span span, int64_t first);
  bool binary(const Field &field, const CArray &array, Span span, int64_t first);
  bool views(const Field &field, const CArray &array, Span span, int64_t first);
  bool list(const Field &field, const CArray &array, Span span, int64_t first);
  bool list_view(const Field &field, const CArray &array, Span span, int64_t first);
  bool codes(const Field &field, const CArray &array, Span span, int64_t first);
  bool run_ends(const Field &field, const CArray &array, Span span, int64_t first);

  // The values' offsets, noted so that the first is 0: what lies between the first and the last.
  template <typename Offset>
  bool offsets(const Field &field, const CArray &array, Span span, int64_t first, Span &between);
  template <typename Offset>
  bool ranges(const Field &field, const CArray &array, Span span, int64_t first, int64_t within);
  template <typename Index>
  bool indices(const Field &field, const CArray &array, Span span, int64_t first, int64_t within);
  template <typename End> bool ends(const Field &field, const CArray &array, Span span, int64_t first);

  // Bytes of a buffer that can be read; null, and it is refused, when they can't. Not null for none.
  Reads reads(const Field &field, const CArray &array, int64_t buffer, int64_t first, int64_t count,
              int64_t width);
  bool is_there(const void *at, uint64_t size) const;
  static bool is_valid(const CArray &array, int64_t at) {
    const uint8_t *bits = static_cast<Reads>(array.buffers[0]);
    return !bits || (bits[at / 8] >> (at % 8) & 1);
  }
  // -1, and it is refused, when there is none that can be read.
  int64_t length_of(const Field &field, const CArray *array);
  // Notes a buffer; false, and it is refused, when the batch becomes too large.
  bool note(Piece piece);
  bool refuse(const Field &field, const std::string &why);

  Block &block_;
  const Arena arena_;
  const uint64_t start_, max_size_;
  std::string problem_;
};

} // namespace mortise::arrow
