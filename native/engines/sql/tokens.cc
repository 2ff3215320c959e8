#include "engines/sql/tokens.h"

namespace mortise::sql {
namespace {

bool is_blank(char letter) {
  return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

bool is_newline(char letter) {
  return letter == '\n' || letter == '\r';
}

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool starts_word(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         static_cast<uint8_t>(letter) >= 0x80;
}

bool goes_on_in_tag(char letter) {
  return starts_word(letter) || is_digit(letter);
}

} // namespace

Token Tokens::next() {
  for (;;) {
    while (blank_or_comment() || quoted_or_number()) {
    }
    start_ = at_;
    if (at_ >= sql_.size()) return Token::end;
    const bool behind_dot = behind_dot_;
    behind_dot_ = false;
    const char letter = sql_[at_++];
    switch (letter) {
    case '(':
    case '[':
      return Token::opening;
    case ')':
    case ']':
      return Token::closing;
    case ',':
      return Token::comma;
    case ';':
      return Token::semicolon;
    case '.':
      behind_dot_ = true;
      continue;
    default:
      break;
    }
    if (!starts_word(letter)) {
      if (letter == ':' && at(at_) == ':') ++at_;
      return Token::operation;
    }
    word();
    // E'…' has escapes; other letters before a string change nothing here.
    if (at_ - start_ == 1 && (letter == 'e' || letter == 'E') && at(at_) == '\'') {
      quoted('\'', true);
      continue;
    }
    if (!behind_dot) return Token::word;
  }
}

bool Tokens::blank_or_comment() {
  const char letter = at(at_);
  if (at_ < sql_.size() && is_blank(letter)) {
    ++at_;
    return true;
  }
  if (letter == '-' && at(at_ + 1) == '-') {
    line_comment();
    return true;
  }
  if (letter == '/' && at(at_ + 1) == '*') {
    block_comment();
    return true;
  }
  return false;
}

bool Tokens::quoted_or_number() {
  const char letter = at(at_);
  if (letter == '\'' || letter == '"') {
    quoted(letter, false);
  } else if (letter == '$') {
    dollar();
  } else if (is_digit(letter) || (letter == '.' && is_digit(at(at_ + 1)))) {
    // A letter behind a number is an error, but for that of an exponent or of a base.
    while (goes_on_in_tag(at(at_)) || at(at_) == '.')
      ++at_;
  } else {
    return false;
  }
  behind_dot_ = false;
  return true;
}

void Tokens::line_comment() {
  while (at_ < sql_.size() && !is_newline(sql_[at_]))
    ++at_;
}

void Tokens::block_comment() {
  size_t depth = 0;
  do {
    const bool opens = at(at_) == '/' && at(at_ + 1) == '*', closes = at(at_) == '*' && at(at_ + 1) == '/';
    depth += opens ? 1 : 0;
    depth -= closes ? 1 : 0;
    at_ += opens || closes ? 2 : 1;
  } while (depth > 0 && at_ < sql_.size());
}

void Tokens::quoted(char quote, bool escapes) {
  do {
    for (++at_; at_ < sql_.size() && sql_[at_] != quote; ++at_)
      if (escapes && sql_[at_] == '\\') ++at_;
    ++at_;
    // A doubled quote is one within: the next round reads on. So is the next part of a string.
  } while (at(at_) == quote || (escapes && continues()));
  if (at_ > sql_.size()) at_ = sql_.size();
}

// 'a' and 'b' in the next line are one string, with the same escapes. Goes to the quote.
bool Tokens::continues() {
  bool newline = false;
  size_t place = at_;
  for (; place < sql_.size() && (is_blank(sql_[place]) || (at(place) == '-' && at(place + 1) == '-'));
       ++place) {
    if (sql_[place] == '-')
      while (place < sql_.size() && !is_newline(sql_[place]))
        ++place;
    if (is_newline(at(place))) newline = true;
  }
  if (!newline || at(place) != '\'') return false;
  at_ = place;
  return true;
}

// $1, or $tag$ … $tag$.
void Tokens::dollar() {
  size_t end = at_ + 1;
  if (!is_digit(at(end)))
    while (goes_on_in_tag(at(end)))
      ++end;
  if (at(end) != '$') {
    ++at_; // the digits of a parameter are a number
    return;
  }
  const std::string_view tag = sql_.substr(at_, end + 1 - at_);
  const size_t closing = sql_.find(tag, end + 1);
  at_ = closing == std::string_view::npos ? sql_.size() : closing + tag.size();
}

void Tokens::word() {
  while (goes_on_in_tag(at(at_)) || at(at_) == '$')
    ++at_;
}

} // namespace mortise::sql
