// Arrays with children.
#include "engines/arrow/check.h"

#include <algorithm>

namespace mortise::arrow {

bool Check::children(const Field &field, const CArray &array, Span span, int64_t first) {
  Span below = {first, span.count};
  if (field.type.layout == Layout::fixed_list) {
    const int64_t width = field.type.width;
    if (width > 0 && first + span.count > max_length / width)
      return refuse(field, text(span.count) + " lists of " + text(width));
    below = {first * width, span.count * width};
  }
  for (size_t i = 0; i < field.children.size(); i++)
    if (!this->array(field.children[i], array.children[i], below)) return false;
  return true;
}

bool Check::list(const Field &field, const CArray &array, Span span, int64_t first) {
  Span between;
  return (field.type.width == 4 ? offsets<int32_t>(field, array, span, first, between)
                                : offsets<int64_t>(field, array, span, first, between)) &&
         this->array(field.children[0], array.children[0], between);
}

template <typename Offset>
bool Check::ranges(const Field &field, const CArray &array, Span span, int64_t first, int64_t within) {
  constexpr int64_t width = sizeof(Offset);
  const Reads starts = reads(field, array, 1, first, span.count, width);
  const Reads sizes = starts ? reads(field, array, 2, first, span.count, width) : nullptr;
  if (!sizes) return false;
  for (int64_t i = first; i < first + span.count; i++) {
    const Offset start = at<Offset>(starts, i), size = at<Offset>(sizes, i);
    if (start < 0 || size < 0 || start > within || size > within - start)
      return refuse(field, "list " + text(i) + " leads out of its values");
  }
  const uint64_t bytes = static_cast<uint64_t>(span.count * width);
  return note({Piece::Way::bytes, starts + first * width, 0, bytes}) &&
         note({Piece::Way::bytes, sizes + first * width, 0, bytes});
}

bool Check::list_view(const Field &field, const CArray &array, Span span, int64_t first) {
  const int64_t within = length_of(field.children[0], array.children[0]);
  return within >= 0 &&
         (field.type.width == 4 ? ranges<int32_t>(field, array, span, first, within)
                                : ranges<int64_t>(field, array, span, first, within)) &&
         this->array(field.children[0], array.children[0], {0, within});
}

// What child each value is of; in a dense union also where in it.
bool Check::codes(const Field &field, const CArray &array, Span span, int64_t first) {
  const Reads codes = reads(field, array, 0, first, span.count, 1);
  if (!codes) return false;
  int child_of[256];
  std::fill(std::begin(child_of), std::end(child_of), -1);
  for (size_t i = 0; i < field.type.codes.size(); i++)
    child_of[static_cast<uint8_t>(field.type.codes[i])] = static_cast<int>(i);
  for (int64_t i = first; i < first + span.count; i++)
    if (child_of[codes[i]] < 0) return refuse(field, "a value of child " + text(codes[i]));
  if (!note({Piece::Way::bytes, codes + first, 0, static_cast<uint64_t>(span.count)})) return false;
  if (field.type.layout == Layout::sparse_union) return children(field, array, span, first);

  const Reads offsets = reads(field, array, 1, first, span.count, 4);
  if (!offsets) return false;
  std::vector<int64_t> lengths;
  for (size_t i = 0; i < field.children.size(); i++) {
    lengths.push_back(length_of(field.children[i], array.children[i]));
    if (lengths[i] < 0) return false;
  }
  for (int64_t i = first; i < first + span.count; i++) {
    const int32_t offset = at<int32_t>(offsets, i);
    if (offset < 0 || offset >= lengths[static_cast<size_t>(child_of[codes[i]])])
      return refuse(field, "value " + text(i) + " leads out of its child");
  }
  if (!note({Piece::Way::bytes, offsets + first * 4, 0, static_cast<uint64_t>(span.count) * 4})) return false;
  for (size_t i = 0; i < field.children.size(); i++)
    if (!this->array(field.children[i], array.children[i], {0, lengths[i]})) return false;
  return true;
}

// The runs that the values lie in, with ends that count from the first of these values.
template <typename End> bool Check::ends(const Field &field, const CArray &array, Span span, int64_t first) {
  const Field &type = field.children[0];
  const CArray *runs = array.children[0];
  const int64_t count = length_of(type, runs);
  std::vector<double> &layout = block_.layout_;
  const size_t before = layout.size();
  int64_t start = 0;
  if (count < 0 || !enter(type, runs, {0, count}, start)) return false;
  layout.resize(before);
  if (runs->null_count > 0) return refuse(type, "ends of runs that are null");
  const Reads values = reads(type, *runs, 1, start, count, sizeof(End));
  if (!values) return false;
  int64_t last = 0, from = 0, to = 0;
  for (int64_t i = 0; i < count; i++) {
    const int64_t end = at<End>(values, start + i);
    if (end <= last) return refuse(type, "ends of runs that don't grow");
    last = end;
    if (end <= first) from = i + 1;
    if (end < first + span.count) to = i + 1;
  }
  if (span.count > 0 && last < first + span.count)
    return refuse(type, "runs that end before their values do");
  const int64_t size = span.count > 0 ? to + 1 - from : 0;
  layout.insert(layout.end(), {static_cast<double>(size), 0, 2, 0, 0});
  const auto way = sizeof(End) == 2   ? Piece::Way::clipped16
                   : sizeof(End) == 4 ? Piece::Way::clipped32
                                      : Piece::Way::clipped64;
  return note({way, values + (start + from) * static_cast<int64_t>(sizeof(End)), 0,
               static_cast<uint64_t>(size) * sizeof(End), first, span.count}) &&
         this->array(field.children[1], array.children[1], {from, size});
}

bool Check::run_ends(const Field &field, const CArray &array, Span span, int64_t first) {
  const int64_t width = field.children[0].type.width;
  return width == 2   ? ends<int16_t>(field, array, span, first)
         : width == 4 ? ends<int32_t>(field, array, span, first)
                      : ends<int64_t>(field, array, span, first);
}

} // namespace mortise::arrow
