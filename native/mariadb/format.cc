// MariaDB's formatted output: the services my_snprintf and my_print_error.
#include "mariadb/mariadb.h"

#include <cstdio>
#include <cstring>
#include <system_error>

namespace mortise::mariadb {
namespace {

// Writes as much as fits, and always leaves room for the zero.
class Output {
public:
  Output(char *to, size_t size) : at_(to), end_(size > 0 ? to + size - 1 : to), terminated_(size > 0) {}

  void add(char c) {
    if (at_ < end_) *at_++ = c;
  }
  void add(const char *text, size_t size) {
    const size_t room = static_cast<size_t>(end_ - at_);
    if (size > room) size = room;
    memcpy(at_, text, size);
    at_ += size;
  }
  void pad(size_t used, int width) {
    for (int i = static_cast<int>(used); i < width; i++)
      add(' ');
  }
  size_t finish(const char *start) {
    if (terminated_) *at_ = '\0';
    return static_cast<size_t>(at_ - start);
  }

private:
  char *at_;
  char *const end_;
  const bool terminated_;
};

// What stands between % and the conversion.
struct Spec {
  bool left = false, zero = false, quoted = false;
  int width = 0;
  int precision = -1;
  int longs = 0; // 1: long or size_t, 2: long long
};

int number(const char *&at) {
  int value = 0;
  for (; *at >= '0' && *at <= '9'; at++)
    if (value < 100000) value = value * 10 + (*at - '0');
  return value;
}

void add_text(Output &out, const Spec &spec, const char *text, bool cut) {
  if (!text) text = "(null)";
  const size_t size = spec.precision < 0 ? strlen(text) : strnlen(text, static_cast<size_t>(spec.precision));
  const bool dots = cut && spec.precision >= 3 && strlen(text) > size;
  if (!spec.left && !spec.quoted) out.pad(size, spec.width);
  if (spec.quoted) out.add('`');
  for (size_t i = 0; i < (dots ? size - 3 : size); i++) {
    if (spec.quoted && text[i] == '`') out.add('`');
    out.add(text[i]);
  }
  if (dots) out.add("...", 3);
  if (spec.quoted) out.add('`');
  if (spec.left && !spec.quoted) out.pad(size, spec.width);
}

template <typename Value> void add_number(Output &out, const Spec &spec, const char *kind, Value value) {
  char pattern[16], text[512];
  snprintf(pattern, sizeof pattern, "%%%s%s*%s%s", spec.left ? "-" : "", spec.zero ? "0" : "",
           spec.precision < 0 ? "" : ".*", kind);
  const int width = spec.width < 256 ? spec.width : 256;
  const int size = spec.precision < 0
                       ? snprintf(text, sizeof text, pattern, width, value)
                       : snprintf(text, sizeof text, pattern, width, spec.precision % 128, value);
  if (size > 0) out.add(text, static_cast<size_t>(size) < sizeof text ? size : sizeof text - 1);
}

void add_errno(Output &out, int code) {
  const std::string text = std::to_string(code) + " \"" + std::generic_category().message(code) + "\"";
  out.add(text.data(), text.size());
}

} // namespace

size_t format(char *to, size_t size, const char *format, va_list arguments) {
  Output out(to, size);
  for (const char *at = format; *at; at++) {
    if (*at != '%') {
      out.add(*at);
      continue;
    }
    const char *start = at++;
    Spec spec;
    for (;; at++) {
      if (*at == '-')
        spec.left = true;
      else if (*at == '0')
        spec.zero = true;
      else if (*at == '`')
        spec.quoted = true;
      else
        break;
    }
    if (*at == '*') {
      spec.width = va_arg(arguments, int);
      at++;
    } else
      spec.width = number(at);
    if (*at == '.') {
      at++;
      if (*at == '*') {
        spec.precision = va_arg(arguments, int);
        at++;
      } else
        spec.precision = number(at);
    }
    for (; *at == 'l' || *at == 'z' || *at == 'h'; at++)
      spec.longs += *at != 'h';
    switch (*at) {
    case 'd':
    case 'i': {
      const long long value = spec.longs ? va_arg(arguments, long long) : va_arg(arguments, int);
      add_number(out, spec, "lld", value);
      break;
    }
    case 'u':
    case 'x':
    case 'X':
    case 'o': {
      const unsigned long long value =
          spec.longs ? va_arg(arguments, unsigned long long) : va_arg(arguments, unsigned);
      const char kind[] = {'l', 'l', *at, '\0'};
      add_number(out, spec, kind, value);
      break;
    }
    case 'e':
    case 'f':
    case 'g': {
      const char kind[] = {*at, '\0'};
      add_number(out, spec, kind, va_arg(arguments, double));
      break;
    }
    case 'p':
      add_number(out, Spec{}, "p", va_arg(arguments, void *));
      break;
    case 'c':
      out.add(static_cast<char>(va_arg(arguments, int)));
      break;
    case 's':
    case 'T':
      add_text(out, spec, va_arg(arguments, const char *), *at == 'T');
      break;
    case 'b': {
      const char *bytes = va_arg(arguments, const char *);
      if (bytes && spec.precision > 0) out.add(bytes, static_cast<size_t>(spec.precision));
      break;
    }
    case 'M':
      add_errno(out, va_arg(arguments, int));
      break;
    case '%':
      out.add('%');
      break;
    default: // not a conversion: as it stands, and on with what follows
      out.add(start, static_cast<size_t>(at - start));
      at--;
    }
  }
  return out.finish(to);
}

std::string format(const char *pattern, va_list arguments) {
  char text[2048];
  return std::string(text, format(text, sizeof text, pattern, arguments));
}

namespace {

// my_snprintf 1.0

size_t write_formatted(char *to, size_t size, const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  const size_t written = format(to, size, pattern, arguments);
  va_end(arguments);
  return written;
}

size_t write_formatted_list(char *to, size_t size, const char *pattern, va_list arguments) {
  return format(to, size, pattern, arguments);
}

// my_print_error 1.0

// The server's numbered messages that plugins of the kinds that load here use; words of our own.
const char *pattern_of(uint32_t code) {
  switch (code) {
  case 2:
    return "%s could not be read: %M";
  case 5:
    return "out of memory: %lu bytes were wanted";
  case 29:
    return "%s could not be opened: %M";
  case 33:
    return "%s could not be searched: %M";
  default:
    return nullptr; // which arguments it has is unknown, so none is touched
  }
}

void error_by_number(uint32_t code, uint64_t flags, ...) {
  const char *pattern = pattern_of(code);
  if (!pattern) return report(code, flags, "error " + std::to_string(code));
  va_list arguments;
  va_start(arguments, flags);
  report(code, flags, format(pattern, arguments));
  va_end(arguments);
}

void error_in_words(uint32_t code, const char *pattern, uint64_t flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  report(code, flags, format(pattern, arguments));
  va_end(arguments);
}

void error_in_words_list(uint32_t code, const char *pattern, uint64_t flags, va_list arguments) {
  report(code, flags, format(pattern, arguments));
}

} // namespace

const void *const snprintf_table[] = {reinterpret_cast<const void *>(write_formatted),
                                      reinterpret_cast<const void *>(write_formatted_list)};
const void *const print_error_table[] = {reinterpret_cast<const void *>(error_by_number),
                                         reinterpret_cast<const void *>(error_in_words),
                                         reinterpret_cast<const void *>(error_in_words_list)};

} // namespace mortise::mariadb
