// SQL cut into tokens as PostgreSQL's scanner does it, as far as nesting needs it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mortise::sql {

enum class Token : uint8_t {
  end,
  word,      // a keyword or a name that isn't quoted; not one behind a "."
  operation, // one character of an operator, or "::"
  opening,   // ( [
  closing,   // ) ]
  comma,
  semicolon
};

// Strings, quoted names, numbers, parameters and comments are passed over.
class Tokens {
public:
  explicit Tokens(std::string_view sql) : sql_(sql) {}

  Token next();
  // What the last token was.
  std::string_view text() const { return sql_.substr(start_, at_ - start_); }
  size_t end() const { return at_; }

private:
  char at(size_t place) const { return place < sql_.size() ? sql_[place] : '\0'; }
  bool blank_or_comment();
  bool quoted_or_number();
  void block_comment();
  void line_comment();
  void quoted(char quote, bool escapes);
  bool continues();
  void dollar();
  void word();

  std::string_view sql_;
  size_t at_ = 0;
  size_t start_ = 0;
  bool behind_dot_ = false;
};

} // namespace mortise::sql
