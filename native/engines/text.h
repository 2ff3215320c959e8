// Texts that plugins hand over, as strings of C++ and back.
#pragma once

#include <mortise/text.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace mortise {

// No text that a service takes may be longer, neither a path nor a help. A size that a plugin got wrong then ends
// as a name that is too long, and not as an allocation that can't be had.
constexpr uint64_t max_text = 64 * 1024;

inline std::string string_of(mortise_text text) {
  return text.data ? std::string(text.data, static_cast<size_t>(std::min(text.size, max_text)))
                   : std::string();
}

// Lives as long as the string.
inline mortise_text text_of(const std::string &text) {
  return {text.data(), text.size()};
}

} // namespace mortise
