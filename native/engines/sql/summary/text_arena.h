// Where the texts of a summary lie.
#pragma once

#include <mortise/abi.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace mortise::sql {

class TextArena {
public:
  // Room for `size` bytes that stays where it is. What isn't needed of it can be given back.
  char *room(size_t size) {
    if (size > left_) grow(size);
    char *start = next_;
    next_ += size;
    left_ -= size;
    return start;
  }

  void give_back(size_t size) {
    next_ -= size;
    left_ += size;
  }

  mortise_text copy(std::string_view text) {
    if (text.empty()) return {"", 0};
    char *start = room(text.size());
    std::memcpy(start, text.data(), text.size());
    return {start, text.size()};
  }

  size_t bytes() const { return bytes_; }

private:
  void grow(size_t size) {
    const size_t chunk = std::max(size, std::min<size_t>(std::max<size_t>(bytes_, 256), 65536));
    chunks_.emplace_back(new char[chunk]);
    next_ = chunks_.back().get();
    left_ = chunk;
    bytes_ += chunk;
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char *next_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

} // namespace mortise::sql
