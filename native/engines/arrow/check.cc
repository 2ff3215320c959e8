#include "engines/arrow/check.h"

#include "engines/readable.h"

namespace mortise::arrow {
namespace {

constexpr int64_t max_buffers = 1 << 16;

bool bit(const uint8_t *bits, int64_t index) {
  return bits[index / 8] >> (index % 8) & 1;
}

int64_t count_set(const uint8_t *bits, int64_t first, int64_t count) {
  int64_t set = 0, index = first;
  const int64_t end = first + count;
  for (; index < end && index % 8; index++)
    set += bit(bits, index);
  for (; index + 64 <= end; index += 64) {
    uint64_t word = Check::at<uint64_t>(bits + index / 8, 0);
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
    set += static_cast<int64_t>(word * 0x0101010101010101 >> 56);
  }
  for (; index < end; index++)
    set += bit(bits, index);
  return set;
}

} // namespace

bool Check::refuse(const Field &field, const std::string &why) {
  if (problem_.empty())
    problem_ = why + ", in \"" + field.name.substr(0, 100) + "\" (" + field.format.substr(0, 100) + ")";
  return false;
}

bool Check::is_there(const void *at, uint64_t size) const {
  if (!at || size == 0) return size == 0;
  if (!arena_.start) return is_readable(at, size);
  const uintptr_t start = reinterpret_cast<uintptr_t>(arena_.start), from = reinterpret_cast<uintptr_t>(at);
  return from >= start && from - start <= arena_.size && size <= arena_.size - (from - start);
}

Check::Reads Check::reads(const Field &field, const CArray &array, int64_t buffer, int64_t first,
                          int64_t count, int64_t width) {
  static const uint8_t nothing = 0;
  const uint8_t *start = static_cast<const uint8_t *>(array.buffers[buffer]);
  if (count == 0 || width == 0) return start ? start : &nothing;
  if (!start) {
    refuse(field, "buffer " + text(buffer) + " is null");
    return nullptr;
  }
  // Lengths and offsets are below 2^41, and widths below 2^31: what is too large for memory fails here.
  if (first + count > INT64_MAX / width ||
      !is_there(start + first * width, static_cast<uint64_t>(count * width))) {
    refuse(field, "buffer " + text(buffer) + " doesn't have the " + text(count) + " values from " +
                      text(first) + " on that it should have");
    return nullptr;
  }
  return start;
}

bool Check::note(Piece piece) {
  const bool is_empty = piece.size == 0;
  block_.layout_.push_back(is_empty ? 0 : static_cast<double>(block_.size_));
  block_.layout_.push_back(static_cast<double>(piece.size));
  if (is_empty) return true;
  if (piece.size > max_size_ || block_.size_ + piece.size - start_ > max_size_) {
    if (problem_.empty()) problem_ = "a batch of more than " + std::to_string(max_size_) + " bytes";
    return false;
  }
  piece.to = block_.size_;
  block_.size_ += (piece.size + 7) / 8 * 8;
  block_.pieces_.push_back(piece);
  return true;
}

int64_t Check::length_of(const Field &field, const CArray *array) {
  if (array && is_readable(array, sizeof *array) && array->length >= 0 && array->length <= max_length)
    return array->length;
  refuse(field, "an array without a length");
  return -1;
}

bool Check::enter(const Field &field, const CArray *array, Span span, int64_t &first) {
  // What mortise itself has made lies in no arena.
  if (!array || !is_readable(array, sizeof *array)) return refuse(field, "an array that can't be read");
  if (!array->release) return refuse(field, "an array that was released");
  if (array->length < 0 || array->length > max_length)
    return refuse(field, "a length of " + text(array->length));
  if (array->offset < 0 || array->offset > max_length)
    return refuse(field, "an offset of " + text(array->offset));
  if (array->null_count < -1 || array->null_count > array->length)
    return refuse(field, text(array->null_count) + " nulls among " + text(array->length) + " values");
  if (span.start < 0 || span.count < 0 || span.start > array->length - span.count)
    return refuse(field,
                  text(array->length) + " values, of which " + text(span.start + span.count) + " are needed");
  const int64_t buffers = field.type.buffers();
  if (buffers >= 0 ? array->n_buffers != buffers : array->n_buffers < 3 || array->n_buffers > max_buffers)
    return refuse(field, text(array->n_buffers) + " buffers instead of " +
                             (buffers >= 0 ? text(buffers) : "3 or more"));
  if (array->n_buffers > 0 &&
      (!array->buffers ||
       !is_readable(array->buffers, static_cast<size_t>(array->n_buffers) * sizeof *array->buffers)))
    return refuse(field, "a list of buffers that can't be read");
  const int64_t children = static_cast<int64_t>(field.children.size());
  if (array->n_children != children)
    return refuse(field, text(array->n_children) + " children instead of " + text(children));
  if (children > 0 && (!array->children || !is_readable(array->children, static_cast<size_t>(children) *
                                                                             sizeof *array->children)))
    return refuse(field, "a list of children that can't be read");
  if (static_cast<bool>(array->dictionary) != static_cast<bool>(field.dictionary))
    return refuse(field, array->dictionary ? "a dictionary that its schema doesn't have"
                                           : "no dictionary, which its schema has");
  first = array->offset + span.start;
  block_.layout_.push_back(static_cast<double>(span.count));
  return true;
}

bool Check::nulls(const Field &field, const CArray &array, Span span, int64_t first) {
  const Layout layout = field.type.layout;
  if (layout == Layout::none || layout == Layout::sparse_union || layout == Layout::dense_union ||
      layout == Layout::run_ends) { // without a bitmap of their own
    block_.layout_.push_back(layout == Layout::none ? static_cast<double>(span.count) : 0);
    block_.layout_.push_back(static_cast<double>(array.n_buffers));
    return true;
  }
  const bool has_bitmap = array.buffers[0] != nullptr;
  if (!has_bitmap && array.null_count > 0)
    return refuse(field, text(array.null_count) + " nulls without a validity bitmap");
  int64_t nulls = 0;
  if (has_bitmap && span.count > 0) {
    const int64_t from = first / 8, to = (first + span.count + 7) / 8;
    const Reads bits = reads(field, array, 0, from, to - from, 1);
    if (!bits) return false;
    nulls = span.count - count_set(bits, first, span.count);
  }
  const bool is_whole = span.start == 0 && span.count == array.length;
  if (is_whole && array.null_count >= 0 && nulls != array.null_count)
    return refuse(field, text(nulls) + " nulls, of which it says that they are " + text(array.null_count));
  block_.layout_.push_back(static_cast<double>(nulls));
  // A view's last buffer holds the sizes of others.
  block_.layout_.push_back(static_cast<double>(array.n_buffers - (layout == Layout::view ? 1 : 0)));
  if (nulls == 0) return note({Piece::Way::bytes, nullptr, 0, 0});
  const Reads bits = static_cast<Reads>(array.buffers[0]) + first / 8;
  const uint64_t size = static_cast<uint64_t>(span.count + 7) / 8;
  if (first % 8 == 0) return note({Piece::Way::bytes, bits, 0, size});
  return note({Piece::Way::bits, bits, 0, size, first % 8, span.count});
}

bool Check::array(const Field &field, const CArray *array, Span span) {
  int64_t first = 0;
  if (!enter(field, array, span, first) || !nulls(field, *array, span, first)) return false;
  bool holds = true;
  switch (field.type.layout) {
  case Layout::none:
    break;
  case Layout::bits:
  case Layout::fixed:
    holds = fixed(field, *array, span, first);
    break;
  case Layout::binary:
    holds = binary(field, *array, span, first);
    break;
  case Layout::view:
    holds = views(field, *array, span, first);
    break;
  case Layout::list:
    return list(field, *array, span, first);
  case Layout::list_view:
    return list_view(field, *array, span, first);
  case Layout::run_ends:
    return run_ends(field, *array, span, first);
  case Layout::sparse_union:
  case Layout::dense_union:
    return codes(field, *array, span, first);
  case Layout::fixed_list:
  case Layout::record:
    return children(field, *array, span, first);
  }
  return holds && (!field.dictionary || dictionary(field, *array, span, first));
}

std::string Check::batch(const Field &schema, const CArray &array) {
  std::vector<double> &layout = block_.layout_;
  const size_t start = layout.size();
  int64_t first = 0;
  const Span all = {0, is_readable(&array, sizeof array) ? array.length : 0};
  if (schema.type.layout != Layout::record || schema.dictionary) return "a batch that isn't a struct";
  if (!enter(schema, &array, all, first)) return problem_;
  if (array.null_count > 0 || array.buffers[0]) {
    if (!nulls(schema, array, all, first)) return problem_;
    if (layout[start + 1] > 0) return "a batch of which whole rows are null";
  }
  layout.resize(start); // the batch itself has no array in the layout
  layout.insert(layout.end(), {static_cast<double>(all.count), static_cast<double>(start_), 0});
  if (!children(schema, array, all, first)) return problem_;
  layout[start + 2] = static_cast<double>(block_.size_ - start_);
  return "";
}

} // namespace mortise::arrow
