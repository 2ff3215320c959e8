// The fields of a log line as bytes, so that they fit the ring: for each a type, the length of its key, the
// key, and its value.
#pragma once

#include <mortise/mortise.h>

#include <string>
#include <string_view>
#include <vector>

namespace mortise {

// All that a line can carry: MORTISE_LOG's 4,096 bytes, and the field that counts what was left out.
constexpr size_t fields_capacity = 4096 + 64;
constexpr uint32_t max_fields = 32;

// How many of `fields_capacity` bytes were written to `into`.
size_t encode_fields(const mortise_member *fields, uint32_t count, char *into);

struct LogField {
  std::string key;
  int32_t type; // MORTISE_VALUE_…
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  std::string text;
};

std::vector<LogField> decode_fields(std::string_view bytes);

} // namespace mortise
