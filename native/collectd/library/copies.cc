// Copies of text and memory. Where there is no memory collectd ends the process, and its plugins rely on that.
#include "collectd/library/exports.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mortise::collectd {
namespace {

[[noreturn]] void no_memory() {
  plugin_log(log_error, "a collectd plugin asked for memory, and there is none");
  std::abort();
}

} // namespace

// As strncpy, which fills what is left with zeros, and always with a zero at the end.
MORTISE_EXPORT char *sstrncpy(char *to, const char *from, size_t size) {
  if (size == 0) return to;
  const size_t length = strnlen(from, size - 1);
  memmove(to, from, length);
  memset(to + length, 0, size - length);
  return to;
}

MORTISE_EXPORT MORTISE_PRINTF(3, 4) int ssnprintf(char *to, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(to, size, format, arguments);
  va_end(arguments);
  return length;
}

MORTISE_EXPORT MORTISE_PRINTF(1, 2) char *ssnprintf_alloc(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = nullptr;
  if (vasprintf(&text, format, arguments) < 0) text = nullptr;
  va_end(arguments);
  return text;
}

MORTISE_EXPORT char *sstrdup(const char *text) {
  if (!text) return nullptr;
  char *copy = strdup(text);
  if (!copy) no_memory();
  return copy;
}

MORTISE_EXPORT size_t sstrnlen(const char *text, size_t max) {
  return strnlen(text, max);
}

MORTISE_EXPORT char *sstrndup(const char *text, size_t max) {
  if (!text) return nullptr;
  char *copy = strndup(text, max);
  if (!copy) no_memory();
  return copy;
}

MORTISE_EXPORT void *smalloc(size_t size) {
  void *memory = malloc(size);
  if (!memory) no_memory();
  return memory;
}

// The text of an errno, in the caller's buffer.
MORTISE_EXPORT char *sstrerror(int number, char *to, size_t size) {
  if (size == 0) return to;
  to[0] = 0;
#if defined(__GLIBC__)
  const char *text = strerror_r(number, to, size);
  if (text != to) sstrncpy(to, text, size);
#else
  if (strerror_r(number, to, size) != 0) snprintf(to, size, "error %d", number);
#endif
  return to;
}

} // namespace mortise::collectd
