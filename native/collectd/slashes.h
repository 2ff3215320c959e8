// Slashes part the names of a series, so that none may hold one.
#pragma once

#include <cstddef>
#include <cstring>

namespace mortise::collectd {

// "/" becomes "root", a leading slash goes, others become underscores. False when "root" has no room.
inline bool escape_slashes_of(char *text, size_t size) {
  const size_t length = strlen(text);
  if (length == 1 && *text == '/') {
    if (size < sizeof "root") return false;
    memcpy(text, "root", sizeof "root");
    return true;
  }
  if (length > 1 && *text == '/') memmove(text, text + 1, length);
  for (char *at = text; length > 1 && (at = strchr(at, '/'));)
    *at = '_';
  return true;
}

} // namespace mortise::collectd
