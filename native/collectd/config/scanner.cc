#include "collectd/config/scanner.h"

#include "collectd/config/word.h"

#include <cstdio>

namespace mortise::collectd {
namespace {

constexpr size_t longest_shown = 40;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\b';
}

// The bytes of an end of line in front of the text, or 0.
size_t newline(std::string_view text) {
  if (text.substr(0, 1) == "\n") return 1;
  return text.substr(0, 2) == "\r\n" ? 2 : 0;
}

// For a message: as it stands there, or what can't be seen by its number.
std::string shown(std::string_view text) {
  std::string made;
  for (const char c : text.substr(0, longest_shown)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      made += c;
      continue;
    }
    char number[8];
    std::snprintf(number, sizeof number, "\\x%02x", static_cast<unsigned char>(c));
    made += number;
  }
  return text.size() > longest_shown ? made + "…" : made;
}

} // namespace

// True when something other than blanks, comments and continued lines stands in front now.
bool Scanner::skip_blank() {
  while (!rest_.empty()) {
    if (is_blank(rest_[0])) {
      rest_.remove_prefix(1);
    } else if (rest_[0] == '#') {
      const size_t end = rest_.find('\n');
      if (end == std::string_view::npos) {
        rest_ = {};
      } else {
        rest_.remove_prefix(end > 0 && rest_[end - 1] == '\r' ? end - 1 : end);
      }
    } else if (const size_t size = rest_[0] == '\\' ? newline(rest_.substr(1)) : 0) {
      rest_.remove_prefix(1 + size);
      line_++;
    } else {
      return true;
    }
  }
  return false;
}

Token Scanner::next() {
  if (!skip_blank()) return {TokenKind::end, line_, {}, {}};
  if (const size_t size = newline(rest_)) {
    rest_.remove_prefix(size);
    return {TokenKind::newline, line_++, {}, {}};
  }
  const auto mark = [this](TokenKind kind) {
    rest_.remove_prefix(1);
    return Token{kind, line_, {}, {}};
  };
  switch (rest_[0]) {
  case '/':
    return mark(TokenKind::slash);
  case '<':
    return mark(TokenKind::open);
  case '>':
    return mark(TokenKind::close);
  case '"':
    return quoted();
  default:
    return word();
  }
}

// A backslash stands for the character behind it; before an end of line both go, and the blanks of the next line too.
Token Scanner::quoted() {
  Token token{TokenKind::quoted, line_, {}, {}};
  for (size_t i = 1; i < rest_.size(); i++) {
    const char c = rest_[i];
    if (c == '"') {
      rest_.remove_prefix(i + 1);
      return token;
    }
    if (c == '\0') {
      return {TokenKind::invalid, line_, "a zero byte stands in a string", "text"};
    }
    if (c != '\\') {
      if (c == '\n') line_++;
      token.text += c;
    } else if (const size_t size = newline(rest_.substr(i + 1))) {
      line_++;
      i += size;
      while (i + 1 < rest_.size() && is_blank(rest_[i + 1]))
        i++;
    } else if (i + 1 < rest_.size() && rest_[i + 1] != '\0') {
      token.text += rest_[++i];
    }
  }
  return {TokenKind::invalid, token.line, "a string begins here, and its \" at the end is missing", "\""};
}

Token Scanner::word() {
  constexpr std::string_view ends("/<>\"#\\ \t\b\r\n", 11);
  const std::string_view word = rest_.substr(0, rest_.find_first_of(ends));
  if (word.empty()) {
    return {TokenKind::invalid, line_, "\"" + shown(rest_.substr(0, 1)) + "\" may not stand here",
            "a value, in double quotes when it has more than letters, digits and underscores"};
  }
  Token token{TokenKind::word, line_, std::string(word), {}};
  if (word == "true" || word == "yes" || word == "on") {
    token.kind = TokenKind::boolean;
    token.number = 1;
  } else if (word == "false" || word == "no" || word == "off") {
    token.kind = TokenKind::boolean;
  } else if (to_number(word, token.number)) {
    token.kind = TokenKind::number;
  } else if (!is_name(word) && !is_address(word)) {
    return {TokenKind::invalid,
            line_,
            "\"" + shown(word) + "\" needs double quotes",
            "a number, a name or an address, or double quotes around it",
            0,
            shown(word)};
  }
  rest_.remove_prefix(word.size());
  return token;
}

} // namespace mortise::collectd
