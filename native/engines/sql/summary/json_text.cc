// What a string of JSON stands for.
#include "engines/sql/summary/json_tape.h"

namespace mortise::sql {
namespace {

bool hexadecimal(std::string_view digits, uint32_t &number) {
  if (digits.size() < 4) return false;
  number = 0;
  for (const char digit : digits.substr(0, 4)) {
    const bool small = digit >= 'a' && digit <= 'f';
    const bool capital = digit >= 'A' && digit <= 'F';
    if (!small && !capital && (digit < '0' || digit > '9')) return false;
    number = number * 16 + static_cast<uint32_t>(small     ? digit - 'a' + 10
                                                 : capital ? digit - 'A' + 10
                                                           : digit - '0');
  }
  return true;
}

char *put_utf8(char *to, uint32_t point) {
  const auto put = [&to](uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0 | point >> 6);
    put(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
    put(0x80 | (point & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
    put(0x80 | (point & 0x3f));
  }
  return to;
}

// Reads what follows "\u", which may be two escapes for one character. How far it got: 0 is nowhere.
size_t code_point(std::string_view rest, uint32_t &point) {
  if (!hexadecimal(rest, point)) return 0;
  if (point < 0xd800 || point > 0xdfff) return 4;
  uint32_t low = 0;
  if (point > 0xdbff || rest.substr(4, 2) != "\\u" || !hexadecimal(rest.substr(6), low)) return 0;
  if (low < 0xdc00 || low > 0xdfff) return 0;
  point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
  return 10;
}

char control(char letter) {
  switch (letter) {
  case '"':
  case '\\':
  case '/':
    return letter;
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return '\0';
  }
}

// What it stands for is never longer. Null: an escape isn't valid.
char *unescape(std::string_view raw, char *to) {
  for (size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '\\') {
      *to++ = raw[at];
    } else if (++at < raw.size() && raw[at] == 'u') {
      uint32_t point = 0;
      const size_t length = code_point(raw.substr(at + 1), point);
      if (length == 0) return nullptr;
      to = put_utf8(to, point);
      at += length;
    } else {
      const char letter = at < raw.size() ? control(raw[at]) : '\0';
      if (letter == '\0') return nullptr;
      *to++ = letter;
    }
  }
  return to;
}

} // namespace

bool JsonTape::text(uint32_t node, TextArena &arena, mortise_text &text) const {
  if (!is(node, JsonKind::string)) return false;
  if (!nodes_[node].escaped) {
    text = arena.copy(raw(node));
    return true;
  }
  const size_t size = nodes_[node].size;
  char *start = arena.room(size);
  const char *end = unescape(raw(node), start);
  text = {start, end ? static_cast<uint64_t>(end - start) : 0};
  arena.give_back(size - static_cast<size_t>(text.size));
  return end != nullptr;
}

} // namespace mortise::sql
