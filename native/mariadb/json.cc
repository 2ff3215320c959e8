// MariaDB's service json 1.0: looks up one value in a text, without building a tree.
#include "mariadb/mariadb.h"

#include <cstring>

namespace mortise::mariadb {
namespace {

enum Kind { bad = -1, nothing, object, array, string, number, yes, no, null };

struct Span {
  const char *begin = nullptr;
  const char *end = nullptr;
  size_t size() const { return static_cast<size_t>(end - begin); }
};

// Reads values in turn; a text that isn't JSON ends as `bad`.
class Reader {
public:
  Reader(const char *begin, const char *end) : at_(begin), end_(end) {}

  // The value at this place. A string's span is what stands between its quotes.
  Kind value(Span &span, int depth = 0) {
    blank();
    span.begin = span.end = at_;
    if (at_ == end_ || depth > deepest) return bad;
    Kind kind = bad;
    if (*at_ == '"') return text(span) ? string : bad;
    if (*at_ == '{')
      kind = whole('}', depth) ? object : bad;
    else if (*at_ == '[')
      kind = whole(']', depth) ? array : bad;
    else if (*at_ == '-' || (*at_ >= '0' && *at_ <= '9'))
      kind = digits() ? number : bad;
    else if (word("true"))
      kind = yes;
    else if (word("false"))
      kind = no;
    else if (word("null"))
      kind = null;
    span.end = at_;
    return kind;
  }

  bool take(char c) {
    blank();
    if (at_ == end_ || *at_ != c) return false;
    at_++;
    return true;
  }

  bool key(Span &span) {
    blank();
    return at_ != end_ && *at_ == '"' && text(span) && take(':');
  }

private:
  static constexpr int deepest = 64;

  void blank() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r'))
      at_++;
  }

  bool word(const char *text) {
    const size_t size = strlen(text);
    if (static_cast<size_t>(end_ - at_) < size || memcmp(at_, text, size) != 0) return false;
    at_ += size;
    return true;
  }

  bool text(Span &span) {
    span.begin = ++at_;
    while (at_ != end_ && *at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return false;
      // What follows a backslash is never the end; that it is a known escape matters to unescape alone.
      if (*at_++ == '\\' && at_ != end_) at_++;
    }
    span.end = at_;
    if (at_ == end_) return false;
    at_++;
    return true;
  }

  bool some_digits() {
    const char *start = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9')
      at_++;
    return at_ != start;
  }

  bool digits() {
    if (*at_ == '-') at_++;
    if (!some_digits()) return false;
    if (at_ != end_ && *at_ == '.' && (at_++, !some_digits())) return false;
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      at_++;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) at_++;
      return some_digits();
    }
    return true;
  }

  bool whole(char close, int depth) {
    at_++;
    if (take(close)) return true;
    do {
      Span ignored;
      if (close == '}' && !key(ignored)) return false;
      if (value(ignored, depth + 1) == bad) return false;
    } while (take(','));
    return take(close);
  }

  const char *at_;
  const char *const end_;
};

int answer(Kind kind, const Span &span, const char **value, int *size) {
  *value = kind > nothing ? span.begin : nullptr;
  *size = kind > nothing ? static_cast<int>(span.size()) : 0;
  return kind;
}

int type_of(const char *json, const char *end, const char **value, int *size) {
  Span span;
  const Kind kind = Reader(json, end).value(span);
  return answer(kind, span, value, size);
}

// Stops at the first member for which `wanted(index, key)` says so; `key` is empty in an array.
template <typename Wanted>
Kind find(const char *json, const char *end, bool in_object, Span &span, Wanted wanted) {
  Reader reader(json, end);
  if (!reader.take(in_object ? '{' : '[')) return bad;
  if (reader.take(in_object ? '}' : ']')) return nothing;
  int index = 0;
  do {
    Span key;
    if (in_object && !reader.key(key)) return bad;
    const Kind kind = reader.value(span);
    if (kind == bad || wanted(index++, key)) return kind;
  } while (reader.take(','));
  return reader.take(in_object ? '}' : ']') ? nothing : bad;
}

int array_item(const char *json, const char *end, int wanted, const char **value, int *size) {
  Span span;
  const Kind kind =
      find(json, end, false, span, [wanted](int index, const Span &) { return index == wanted; });
  return answer(kind, span, value, size);
}

int object_key(const char *json, const char *end, const char *wanted, const char **value, int *size) {
  Span span;
  const size_t length = strlen(wanted);
  const Kind kind = find(json, end, true, span, [=](int, const Span &key) {
    return key.size() == length && memcmp(key.begin, wanted, length) == 0;
  });
  return answer(kind, span, value, size);
}

int object_nth_key(const char *json, const char *end, int wanted, const char **key, const char **key_end,
                   const char **value, int *size) {
  Span span, name;
  const Kind kind = find(json, end, true, span, [&](int index, const Span &at) {
    name = at;
    return index == wanted;
  });
  *key = kind > nothing ? name.begin : nullptr;
  *key_end = kind > nothing ? name.end : nullptr;
  return answer(kind, span, value, size);
}

// Bytes written, or -1 when they don't fit.
int escape(const char *text, const char *end, char *json, char *json_end) {
  const char *const hex = "0123456789abcdef";
  char *out = json;
  for (; text < end; text++) {
    char piece[6] = {'\\', 'u', '0', '0', hex[(*text >> 4) & 15], hex[*text & 15]};
    size_t size = 6;
    const char *const found = *text ? strchr("\"\\\b\f\n\r\t", *text) : nullptr;
    if (found) {
      piece[1] = "\"\\bfnrt"[found - "\"\\\b\f\n\r\t"];
      size = 2;
    } else if (static_cast<unsigned char>(*text) >= 0x20) {
      piece[0] = *text;
      size = 1;
    }
    if (static_cast<size_t>(json_end - out) < size) return -1;
    memcpy(out, piece, size);
    out += size;
  }
  return static_cast<int>(out - json);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The code unit of \uXXXX at `at` (after the u), or -1.
int code_unit(const char *at, const char *end) {
  if (end - at < 4) return -1;
  int unit = 0;
  for (int i = 0; i < 4; i++) {
    const int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

int unescape(const char *json, const char *end, char *text, char *text_end) {
  char *out = text;
  while (json < end) {
    char piece[4] = {*json++};
    size_t size = 1;
    if (piece[0] == '\\') {
      if (json == end) return -1;
      const char c = *json++;
      const char *const found = c ? strchr("\"\\/bfnrt", c) : nullptr;
      if (found)
        piece[0] = "\"\\/\b\f\n\r\t"[found - "\"\\/bfnrt"];
      else {
        int code = c == 'u' ? code_unit(json, end) : -1;
        if (code < 0) return -1;
        json += 4;
        if (code >= 0xd800 && code < 0xdc00) { // the first of a pair
          const int low =
              end - json >= 6 && json[0] == '\\' && json[1] == 'u' ? code_unit(json + 2, end) : -1;
          if (low < 0xdc00 || low > 0xdfff) return -1;
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          json += 6;
        } else if (code >= 0xdc00 && code < 0xe000)
          return -1;
        size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        static const int leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = size; i-- > 1; code >>= 6)
          piece[i] = static_cast<char>(0x80 | (code & 63));
        piece[0] = static_cast<char>(size == 1 ? code : leads[size] | code);
      }
    }
    if (static_cast<size_t>(text_end - out) < size) return -1;
    memcpy(out, piece, size);
    out += size;
  }
  return static_cast<int>(out - text);
}

} // namespace

const void *const json_table[] = {
    reinterpret_cast<const void *>(type_of),    reinterpret_cast<const void *>(array_item),
    reinterpret_cast<const void *>(object_key), reinterpret_cast<const void *>(object_nth_key),
    reinterpret_cast<const void *>(escape),     reinterpret_cast<const void *>(unescape)};

} // namespace mortise::mariadb
