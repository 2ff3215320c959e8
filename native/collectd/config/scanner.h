// The words of a collectd.conf, one after the other.
#pragma once

#include <string>
#include <string_view>

namespace mortise::collectd {

enum class TokenKind { word, quoted, number, boolean, slash, open, close, newline, end, invalid };

struct Token {
  TokenKind kind;
  int line;             // where it begins
  std::string text;     // of a word or a quoted string, unquoted; of an invalid one, what is wrong
  std::string expected; // of an invalid one
  double number = 0;    // of a number; of a boolean 1 or 0
  std::string found{};  // of an invalid word, that
};

// How it reads is collectd's: a word is letters, digits and underscores, or an IP address; numbers are decimal, also
// with a leading zero, or hexadecimal; true, yes, on, false, no and off are booleans in lower case. What collectd would
// skip or tear apart in silence (a-b, 1.5e3) is invalid here.
class Scanner {
public:
  // The text must outlive the scanner.
  explicit Scanner(std::string_view text) : rest_(text) {}
  // After an invalid token it can't go on.
  Token next();

private:
  bool skip_blank();
  Token quoted();
  Token word();

  std::string_view rest_;
  int line_ = 1;
};

} // namespace mortise::collectd
