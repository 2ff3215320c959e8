// Format strings: what type a field has, and so what buffers and children its arrays have.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mortise::arrow {

enum class Layout {
  none,   // nulls: no buffer
  bits,   // booleans
  fixed,  // values of `width` bytes
  binary, // bytes of any size: offsets of `width` bytes, and the bytes
  view,   // the same as views of 16 bytes into buffers
  list,   // offsets of `width` bytes into the child
  list_view,
  fixed_list, // `width` of the child each
  record,
  sparse_union,
  dense_union,
  run_ends,
};

struct Format {
  Layout layout = Layout::none;
  int64_t width = 0;
  bool is_integer = false; // and may be a dictionary's index
  bool is_signed = false;
  bool is_map = false;
  std::vector<int8_t> codes; // of a union's children

  // How many children its arrays must have; -1: any number.
  int64_t children() const;
  // How many buffers; -1: three or more, as a view has.
  int64_t buffers() const;
};

// False when it isn't one that Arrow's specification has.
bool parse_format(std::string_view text, Format &format);

} // namespace mortise::arrow
