// Texts in parts.
#include "collectd/library/exports.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mortise::collectd {

// Writes zeros into `text`, to whose parts `fields` point then.
MORTISE_EXPORT int strsplit(char *text, char **fields, size_t size) {
  char *rest = nullptr;
  size_t count = 0;
  while (count < size) {
    char *part = strtok_r(count == 0 ? text : nullptr, " \t\r\n", &rest);
    if (!part) break;
    fields[count++] = part;
  }
  return static_cast<int>(count);
}

// Returns how long the whole is; more than fits is cut, but no separator.
MORTISE_EXPORT int strjoin(char *to, size_t size, char **fields, size_t count, const char *separator) {
  if ((count > 0 && !fields) || (size > 0 && !to)) return -EINVAL;
  const size_t between = separator ? strlen(separator) : 0;
  size_t length = 0;
  size_t end = 0;
  const auto append = [&](const char *part, size_t bytes, bool whole) {
    const size_t room = length + 1 < size ? size - 1 - length : 0;
    if (room > bytes || (room > 0 && !whole)) {
      memcpy(to + length, part, bytes < room ? bytes : room);
      end = length + (bytes < room ? bytes : room);
    }
    length += bytes;
  };
  for (size_t i = 0; i < count; i++) {
    if (i > 0 && between > 0) append(separator, between, true);
    append(fields[i], strlen(fields[i]), false);
  }
  if (size > 0) to[end] = 0;
  return static_cast<int>(length);
}

MORTISE_EXPORT int strarray_add(char ***array, size_t *length, const char *text) {
  if (!array || !length || !text) return EINVAL;
  char **longer = static_cast<char **>(realloc(*array, (*length + 1) * sizeof **array));
  if (!longer) return ENOMEM;
  *array = longer;
  longer[*length] = strdup(text);
  if (!longer[*length]) return ENOMEM;
  ++*length;
  return 0;
}

MORTISE_EXPORT void strarray_free(char **array, size_t length) {
  for (size_t i = 0; i < length; i++)
    free(array[i]);
  free(array);
}

} // namespace mortise::collectd
