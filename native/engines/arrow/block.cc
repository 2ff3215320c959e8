#include "engines/arrow/check.h"
#include "engines/readable.h"

#include <algorithm>
#include <cstring>

namespace mortise::arrow {
namespace {

// Drivers needn't align what they hand over.
template <typename T> void subtract(const Piece &piece, uint8_t *to) {
  for (uint64_t at = 0; at < piece.size; at += sizeof(T)) {
    T value;
    memcpy(&value, piece.from + at, sizeof value);
    value = static_cast<T>(value - static_cast<T>(piece.by));
    memcpy(to + at, &value, sizeof value);
  }
}

template <typename T> void clip(const Piece &piece, uint8_t *to) {
  for (uint64_t at = 0; at < piece.size; at += sizeof(T)) {
    T value;
    memcpy(&value, piece.from + at, sizeof value);
    value = static_cast<T>(std::min<int64_t>(static_cast<int64_t>(value) - piece.by, piece.most));
    memcpy(to + at, &value, sizeof value);
  }
}

// `most`: how many bits there are; bytes beyond them aren't looked at.
void shift(const Piece &piece, uint8_t *to) {
  const unsigned by = static_cast<unsigned>(piece.by);
  const uint64_t last = (static_cast<uint64_t>(piece.by + piece.most) - 1) / 8;
  for (uint64_t i = 0; i < piece.size; i++) {
    const unsigned low = piece.from[i];
    const unsigned high = i + 1 <= last ? piece.from[i + 1] : 0;
    to[i] = static_cast<uint8_t>((low | high << 8) >> by);
  }
}

void copy(const Piece &piece, uint8_t *to) {
  switch (piece.way) {
  case Piece::Way::bytes:
    memcpy(to, piece.from, piece.size);
    return;
  case Piece::Way::bits:
    return shift(piece, to);
  case Piece::Way::less32:
    return subtract<int32_t>(piece, to);
  case Piece::Way::less64:
    return subtract<int64_t>(piece, to);
  case Piece::Way::clipped16:
    return clip<int16_t>(piece, to);
  case Piece::Way::clipped32:
    return clip<int32_t>(piece, to);
  case Piece::Way::clipped64:
    return clip<int64_t>(piece, to);
  }
}

} // namespace

std::string Block::add(const Field &schema, Owned<CArray> batch, uint64_t max_size, Arena arena) {
  const size_t layout = layout_.size(), pieces = pieces_.size();
  const uint64_t size = size_;
  const ReadableOnce readable;
  std::string problem = Check(*this, max_size, arena).batch(schema, batch.c);
  if (!problem.empty()) {
    layout_.resize(layout);
    pieces_.resize(pieces);
    size_ = size;
    return problem;
  }
  rows_ += static_cast<uint64_t>(batch.c.length);
  batches_++;
  held_.push_back(std::move(batch));
  return "";
}

void Block::fill(uint8_t *memory) const {
  for (const Piece &piece : pieces_)
    if (piece.size > 0) copy(piece, memory + piece.to);
}

} // namespace mortise::arrow
