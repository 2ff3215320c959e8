// Arrays without children.
#include "engines/arrow/check.h"
#include "engines/readable.h"

namespace mortise::arrow {

bool Check::fixed(const Field &field, const CArray &array, Span span, int64_t first) {
  if (field.type.layout == Layout::fixed) {
    const Reads values = reads(field, array, 1, first, span.count, field.type.width);
    const int64_t size = span.count * field.type.width; // it can be read, so that it is one
    return values &&
           note({Piece::Way::bytes, values + first * field.type.width, 0, static_cast<uint64_t>(size)});
  }
  const int64_t from = first / 8, to = (first + span.count + 7) / 8;
  const Reads bits = reads(field, array, 1, from, span.count > 0 ? to - from : 0, 1);
  if (!bits) return false;
  const uint64_t size = static_cast<uint64_t>(span.count + 7) / 8;
  if (first % 8 == 0) return note({Piece::Way::bytes, bits + from, 0, size});
  return note({Piece::Way::bits, bits + from, 0, size, first % 8, span.count});
}

template <typename Offset>
bool Check::offsets(const Field &field, const CArray &array, Span span, int64_t first, Span &between) {
  static const Offset zero = 0;
  between = {0, 0};
  if (span.count == 0) // then there needn't be even one
    return note({Piece::Way::bytes, reinterpret_cast<Reads>(&zero), 0, sizeof zero});
  const Reads values = reads(field, array, 1, first, span.count + 1, sizeof(Offset));
  if (!values) return false;
  const Offset start = at<Offset>(values, first);
  Offset end = start;
  bool grows = start >= 0;
  for (int64_t i = first + 1; i <= first + span.count; i++) {
    const Offset next = at<Offset>(values, i);
    grows &= next >= end;
    end = next;
  }
  if (!grows) return refuse(field, "offsets that are negative or go back");
  between = {static_cast<int64_t>(start), static_cast<int64_t>(end) - static_cast<int64_t>(start)};
  const auto way = start == 0            ? Piece::Way::bytes
                   : sizeof(Offset) == 4 ? Piece::Way::less32
                                         : Piece::Way::less64;
  return note({way, values + first * static_cast<int64_t>(sizeof(Offset)), 0,
               static_cast<uint64_t>(span.count + 1) * sizeof(Offset), between.start});
}

bool Check::binary(const Field &field, const CArray &array, Span span, int64_t first) {
  Span between;
  if (!(field.type.width == 4 ? offsets<int32_t>(field, array, span, first, between)
                              : offsets<int64_t>(field, array, span, first, between)))
    return false;
  const Reads bytes = reads(field, array, 2, between.start, between.count, 1);
  return bytes && note({Piece::Way::bytes, bytes + between.start, 0, static_cast<uint64_t>(between.count)});
}

// A view is its size, and then up to 12 bytes, or the first 4, which buffer and where in it.
bool Check::views(const Field &field, const CArray &array, Span span, int64_t first) {
  const Reads views = reads(field, array, 1, first, span.count, 16);
  const int64_t count = array.n_buffers - 3;
  const Reads sizes = static_cast<Reads>(array.buffers[array.n_buffers - 1]);
  if (!views) return false;
  if (!is_readable(sizes, static_cast<size_t>(count) * 8)) // lies in no arena
    return refuse(field, "a view's buffers have no sizes");
  for (int64_t i = 0; i < count; i++) {
    const int64_t size = at<int64_t>(sizes, i);
    if (size < 0 || size > max_length) return refuse(field, "a buffer of " + text(size) + " bytes");
    if (!reads(field, array, 2 + i, 0, size, 1)) return false;
  }
  for (int64_t i = first; i < first + span.count; i++) {
    if (!is_valid(array, i)) continue;
    const Reads view = views + i * 16;
    const int32_t size = at<int32_t>(view, 0), buffer = at<int32_t>(view, 2), offset = at<int32_t>(view, 3);
    if (size >= 0 && size <= 12) continue;
    if (size < 0 || offset < 0 || buffer < 0 || buffer >= count ||
        at<int64_t>(sizes, buffer) - offset < size ||
        memcmp(view + 4, static_cast<Reads>(array.buffers[2 + buffer]) + offset, 4) != 0)
      return refuse(field, "view " + text(i) + " leads out of its buffer, or to another text");
  }
  if (!note({Piece::Way::bytes, views + first * 16, 0, static_cast<uint64_t>(span.count) * 16})) return false;
  for (int64_t i = 0; i < count; i++)
    if (!note({Piece::Way::bytes, static_cast<Reads>(array.buffers[2 + i]), 0,
               static_cast<uint64_t>(at<int64_t>(sizes, i))}))
      return false;
  return true;
}

template <typename Index>
bool Check::indices(const Field &field, const CArray &array, Span span, int64_t first, int64_t within) {
  const Reads values = static_cast<Reads>(array.buffers[1]);
  for (int64_t i = first; i < first + span.count; i++) {
    const Index index = at<Index>(values, i);
    const bool is_within = index >= 0 && static_cast<uint64_t>(index) < static_cast<uint64_t>(within);
    if (!is_within && is_valid(array, i))
      return refuse(field, "index " + std::to_string(index) + " into a dictionary of " + text(within));
  }
  return true;
}

bool Check::dictionary(const Field &field, const CArray &array, Span span, int64_t first) {
  const int64_t within = length_of(*field.dictionary, array.dictionary);
  if (within < 0) return false;
  const auto all = [&](auto as_signed, auto as_unsigned) {
    return field.type.is_signed ? indices<decltype(as_signed)>(field, array, span, first, within)
                                : indices<decltype(as_unsigned)>(field, array, span, first, within);
  };
  const int64_t width = field.type.width;
  const bool holds = width == 1   ? all(int8_t{}, uint8_t{})
                     : width == 2 ? all(int16_t{}, uint16_t{})
                     : width == 4 ? all(int32_t{}, uint32_t{})
                                  : all(int64_t{}, uint64_t{});
  return holds && this->array(*field.dictionary, array.dictionary, {0, within});
}

template bool Check::offsets<int32_t>(const Field &, const CArray &, Span, int64_t, Span &);
template bool Check::offsets<int64_t>(const Field &, const CArray &, Span, int64_t, Span &);

} // namespace mortise::arrow
