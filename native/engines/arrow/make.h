// Arrays of mortise's own, for C.
#pragma once

#include "engines/arrow/field.h"

#include <memory>
#include <string>
#include <vector>

namespace mortise::arrow {

struct Parts {
  int64_t length = 0;
  int64_t nulls = 0;
  std::vector<const void *> buffers; // in `memory`
  std::vector<Owned<CArray>> children;
  Owned<CArray> dictionary;
  std::shared_ptr<const void> memory;
};

Owned<CArray> to_c(Parts parts);

// A block that JavaScript made, as native/engines/arrow/block.h has its layout.
struct Packed {
  std::shared_ptr<const uint8_t> bytes; // aligned as 64-bit words are
  uint64_t size = 0;
  std::vector<double> layout;
  size_t batches = 0;
};

// Its batches, checked in full. Empty, or what is wrong.
std::string unpack(const Field &schema, const Packed &packed, std::vector<Owned<CArray>> &batches);

} // namespace mortise::arrow
