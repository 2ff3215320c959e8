#include "engines/c_text.h"

#include "engines/readable.h"

#include <cstdint>
#include <cstring>

namespace mortise {

bool read_c_text(const char *text, size_t max, std::string &into) {
  constexpr size_t page = 4096; // the smallest that a system has
  into.clear();
  if (!text) return true;
  while (into.size() <= max) {
    const char *at = text + into.size();
    if (!is_readable(at, 1)) return false;
    const size_t rest = page - reinterpret_cast<uintptr_t>(at) % page;
    const size_t size = strnlen(at, rest);
    into.append(at, size);
    if (size < rest) return into.size() <= max;
  }
  into.resize(max);
  return false;
}

} // namespace mortise
