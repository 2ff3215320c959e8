// What the drivers in this directory share. Each is a program that ends with 0 when all holds.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include <mortise/mortise.h>

#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                   \
      std::exit(1);                                                                                          \
    }                                                                                                        \
  } while (0)

// A text in memory of exactly its size, so that a sanitizer sees one byte too many.
class ExactText {
public:
  explicit ExactText(const std::string &content) : bytes_(new char[content.size()]), size_(content.size()) {
    if (size_ > 0) std::memcpy(bytes_.get(), content.data(), size_);
  }
  operator mortise_text() const { return {bytes_.get(), size_}; }

private:
  std::unique_ptr<char[]> bytes_;
  size_t size_;
};

// The same numbers in every run: xorshift64 (Marsaglia, 2003).
class Numbers {
public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  uint64_t below(uint64_t bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % bound;
  }

private:
  uint64_t state_;
};
