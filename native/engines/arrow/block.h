// Record batches as one block of memory: first what lies where, then the copy, which is the only one.
#pragma once

#include "engines/arrow/field.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mortise::arrow {

// What is copied into a block. The rest of the block is zeros.
struct Piece {
  enum class Way : uint8_t {
    bytes,
    bits,      // `by`: how many bits the first lies in its byte
    less32,    // int32 values, less `by`
    less64,    // int64 values
    clipped16, // int16 values less `by`, and none above `most`: ends of runs
    clipped32,
    clipped64,
  };
  Way way;
  const uint8_t *from;
  uint64_t to; // from the start of the block
  uint64_t size;
  int64_t by = 0;
  int64_t most = 0;
};

// Memory that all buffers must lie in; none: wherever the system says that there is memory.
struct Arena {
  const uint8_t *start = nullptr;
  uint64_t size = 0;
};

class Block {
public:
  // Checks a batch against its schema, a struct, and adds it. Empty, and the block has it, or what is wrong; then the
  // block is as it was. `max_size`: of the batch, in bytes.
  std::string add(const Field &schema, Owned<CArray> batch, uint64_t max_size, Arena arena = {});

  // Writes `size()` bytes to memory that is all zeros, aligned as 64-bit words are.
  void fill(uint8_t *memory) const;
  // What was copied from isn't needed any more.
  void drop() {
    pieces_.clear();
    held_.clear();
  }

  uint64_t size() const { return size_; }
  uint64_t rows() const { return rows_; }
  size_t batches() const { return batches_; }
  // As src/native/arrow.ts has it.
  const std::vector<double> &layout() const { return layout_; }

private:
  friend class Check;
  std::vector<double> layout_;
  std::vector<Piece> pieces_;
  std::vector<Owned<CArray>> held_;
  uint64_t size_ = 0, rows_ = 0;
  size_t batches_ = 0;
};

} // namespace mortise::arrow
