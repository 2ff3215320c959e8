// MariaDB's services my_snprintf and my_print_error, 1.0 and 2.0: they differ in the notation alone.
#include "mariadb/mariadb.h"

namespace mortise::mariadb {
namespace {

template <Notation notation> size_t write_formatted(char *to, size_t size, const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  const size_t written = format(notation, to, size, pattern, arguments);
  va_end(arguments);
  return written;
}

template <Notation notation>
size_t write_formatted_list(char *to, size_t size, const char *pattern, va_list arguments) {
  return format(notation, to, size, pattern, arguments);
}

// The server's numbered messages that plugins of the kinds that load here use; words of our own.
const char *pattern_of(uint32_t code) {
  switch (code) {
  case 2:
    return "%s could not be read: %iE";
  case 5:
    return "out of memory: %lu bytes were wanted";
  case 29:
    return "%s could not be opened: %iE";
  case 33:
    return "%s could not be searched: %iE";
  default:
    return nullptr; // which arguments it has is unknown, so none is touched
  }
}

void error_by_number(uint32_t code, uint64_t flags, ...) {
  const char *pattern = pattern_of(code);
  if (!pattern) return report(code, flags, "error " + std::to_string(code));
  va_list arguments;
  va_start(arguments, flags);
  report(code, flags, format(Notation::suffixes, pattern, arguments));
  va_end(arguments);
}

template <Notation notation> void error_in_words(uint32_t code, const char *pattern, uint64_t flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  report(code, flags, format(notation, pattern, arguments));
  va_end(arguments);
}

template <Notation notation>
void error_in_words_list(uint32_t code, const char *pattern, uint64_t flags, va_list arguments) {
  report(code, flags, format(notation, pattern, arguments));
}

constexpr Notation conversions = Notation::conversions, suffixes = Notation::suffixes;

} // namespace

const void *const snprintf_table[] = {reinterpret_cast<const void *>(write_formatted<conversions>),
                                      reinterpret_cast<const void *>(write_formatted_list<conversions>)};
const void *const snprintf_table_2[] = {reinterpret_cast<const void *>(write_formatted<suffixes>),
                                        reinterpret_cast<const void *>(write_formatted_list<suffixes>)};
const void *const print_error_table[] = {reinterpret_cast<const void *>(error_by_number),
                                         reinterpret_cast<const void *>(error_in_words<conversions>),
                                         reinterpret_cast<const void *>(error_in_words_list<conversions>)};
const void *const print_error_table_2[] = {reinterpret_cast<const void *>(error_by_number),
                                           reinterpret_cast<const void *>(error_in_words<suffixes>),
                                           reinterpret_cast<const void *>(error_in_words_list<suffixes>)};

} // namespace mortise::mariadb
