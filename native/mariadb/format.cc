// MariaDB's formatted output, in both of its notations.
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

size_t format(Notation notation, char *to, size_t size, const char *format, va_list arguments) {
  Output out(to, size);
  const bool old = notation == Notation::conversions;
  // Takes what follows a conversion when it is one of `suffixes`.
  const auto suffix = [old](const char *&at, const char *suffixes) {
    return !old && at[1] && strchr(suffixes, at[1]) ? *++at : '\0';
  };
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
      else if (old && *at == '`')
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
    // An extension of the old notation stands alone, where the other has no conversion of that letter.
    const char conversion = !old && strchr("bMT", *at) ? '\0' : *at;
    switch (conversion) {
    case 'i':
      if (suffix(at, "E")) {
        add_errno(out, va_arg(arguments, int));
        break;
      }
      [[fallthrough]];
    case 'd': {
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
      const char kind[] = {'l', 'l', conversion, '\0'};
      add_number(out, spec, kind, value);
      break;
    }
    case 'e':
    case 'f':
    case 'g': {
      const char kind[] = {conversion, '\0'};
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
    case 'b': {
      const char *text = va_arg(arguments, const char *);
      const char kind = conversion == 's' ? suffix(at, "QBTS") : conversion;
      spec.quoted |= kind == 'Q';
      if (kind == 'B' || kind == 'b') {
        if (text && spec.precision > 0) out.add(text, static_cast<size_t>(spec.precision));
      } else
        add_text(out, spec, text, kind == 'T');
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

std::string format(Notation notation, const char *pattern, va_list arguments) {
  char text[2048];
  return std::string(text, format(notation, text, sizeof text, pattern, arguments));
}

} // namespace mortise::mariadb
