#include "engines/sql/shape/literals.h"

#include <cstddef>

namespace mortise::sql {
namespace {

constexpr size_t max_bytes = 4096, max_literals = 200;

enum Letter : uint8_t { plain = 0, blank = 1, digit = 2, word = 4, special = 8, unknown = 16 };

struct Letters {
  uint8_t of[256];
};

constexpr Letters letters = [] {
  Letters letters{};
  for (int at = 0; at < 256; ++at) {
    const bool is_letter = (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z') || at == '_' || at >= 0x80;
    const bool is_blank = at == ' ' || (at >= '\t' && at <= '\r');
    letters.of[at] = is_letter                               ? word
                     : at >= '0' && at <= '9'                ? digit
                     : is_blank                              ? blank
                     : at < 0x20 || at == 0x7f || at == '\\' ? unknown
                     : at == '\'' || at == '"' || at == '$' || at == '-' || at == '/' || at == '.' ||
                             at == ';' || at == '&'
                         ? special
                         : plain;
  }
  return letters;
}();

bool is_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t at = 0; at < text.size(); ++at)
    if ((text[at] | 0x20) != lower[at]) return false;
  return true;
}

// Of other statements a literal may change what they are: EXPLAIN (ANALYZE 0) runs nothing.
bool may_begin(std::string_view first) {
  for (const std::string_view known : {"select", "insert", "update", "delete", "with", "values", "merge"})
    if (is_word(first, known)) return true;
  return false;
}

class Reader {
public:
  Reader(std::string_view sql, std::string &key, std::vector<Literal> &literals)
      : sql_(sql), key_(key), literals_(literals) {}

  bool read() {
    while (at_ < sql_.size() && is(at_, blank))
      ++at_;
    const size_t first = at_;
    pass(word | digit);
    if (!may_begin(sql_.substr(first, at_ - first))) return false;
    while (at_ < sql_.size())
      if (!next()) return false;
    copy_to(at_);
    return true;
  }

private:
  char at(size_t place) const { return place < sql_.size() ? sql_[place] : '\0'; }
  bool is(size_t place, uint8_t kinds) const {
    return place < sql_.size() && (letters.of[static_cast<uint8_t>(sql_[place])] & kinds) != 0;
  }
  void pass(uint8_t kinds) {
    while (is(at_, kinds))
      ++at_;
  }
  // Whether something that goes on as a word does stands at a place.
  bool goes_on(size_t place) const { return is(place, word | digit) || at(place) == '$'; }

  bool next() {
    switch (letters.of[static_cast<uint8_t>(sql_[at_])]) {
    case word:
      return a_word();
    case digit:
      return number();
    case special:
      return a_special();
    case unknown:
      return false;
    default:
      ++at_;
      return true;
    }
  }

  bool a_word() {
    const size_t start = at_;
    while (goes_on(at_))
      ++at_;
    // E'…', B'…', N'…' and U&'…' aren't plain. The precision of float(n) makes another type of it, or an error.
    return at(at_) != '\'' && !is_word(sql_.substr(start, at_ - start), "float");
  }

  bool a_special() {
    switch (sql_[at_]) {
    case '\'':
      return text();
    case '"':
      return name();
    case '$':
      return parameter();
    case '-':
    case '/': // a comment
      if (at(at_ + 1) == (sql_[at_] == '-' ? '-' : '*')) return false;
      break;
    case '&': // U&'…' and U&"…"
      if (at(at_ + 1) == '\'' || at(at_ + 1) == '"') return false;
      break;
    case '.': // .5, and 1..2
      if (is(at_ + 1, digit)) return false;
      break;
    case ';':
      ++at_;
      pass(blank);
      return at_ == sql_.size();
    default:
      break;
    }
    ++at_;
    return true;
  }

  bool name() {
    const size_t closing = sql_.find('"', at_ + 1);
    if (closing == std::string_view::npos) return false;
    for (size_t inner = at_ + 1; inner < closing; ++inner)
      if (is(inner, unknown)) return false;
    at_ = closing + 1;
    return true;
  }

  bool parameter() {
    ++at_;
    if (!is(at_, digit)) return false;
    pass(digit);
    return !goes_on(at_);
  }

  bool number() {
    const size_t start = at_;
    pass(digit);
    const size_t digits = at_ - start;
    LiteralKind kind = digits < 10 ? LiteralKind::integer : LiteralKind::large;
    if (digits == 10 && sql_.substr(start, digits) <= "2147483647") kind = LiteralKind::integer;
    if (sql_[start] == '0' && digits > 1) return false;
    if (at(at_) == '.') {
      ++at_;
      if (!is(at_, digit)) return false;
      pass(digit);
      kind = LiteralKind::decimal;
    }
    if (goes_on(at_) || at(at_) == '.') return false;
    // 0 stays in the key as it is.
    return kind == LiteralKind::integer && sql_[start] == '0' ? true : found(kind, start, at_, start, false);
  }

  bool text() {
    const size_t opening = at_++;
    bool has_quotes = false;
    for (;; ++at_) {
      const uint8_t one = static_cast<uint8_t>(at(at_));
      if (one == '\'') {
        if (at(at_ + 1) != '\'') break;
        has_quotes = true;
        ++at_;
      } else if (one < 0x20 || one > 0x7e || one == '\\') {
        return false;
      }
    }
    const size_t closing = at_++;
    // 'a' and 'b' in the next line are one.
    size_t behind = at_;
    while (is(behind, blank))
      ++behind;
    return at(behind) != '\'' && found(LiteralKind::text, opening + 1, closing, opening, has_quotes);
  }

  bool found(LiteralKind kind, size_t start, size_t end, size_t from, bool has_quotes) {
    if (literals_.size() == max_literals) return false;
    copy_to(from);
    key_.push_back(static_cast<char>(kind));
    copied_ = at_;
    literals_.push_back({kind, static_cast<uint32_t>(start), static_cast<uint32_t>(end - start), has_quotes});
    return true;
  }

  void copy_to(size_t end) { key_.append(sql_, copied_, end - copied_); }

  const std::string_view sql_;
  std::string &key_;
  std::vector<Literal> &literals_;
  size_t at_ = 0;
  size_t copied_ = 0;
};

} // namespace

bool read_literals(std::string_view sql, std::string &key, std::vector<Literal> &literals) {
  key.clear();
  literals.clear();
  return sql.size() <= max_bytes && Reader(sql, key, literals).read() && !literals.empty();
}

} // namespace mortise::sql
