// The literals of SQL, found without parsing it: texts that differ in them only have one shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::sql {

// As far as it changes what a summary says of a literal. 0 is none of these: it has no negative.
enum class LiteralKind : char {
  integer = 1, // of 32 bits, without leading zeros
  large = 2,   // the same, and longer
  decimal = 3, // digits on both sides of the point
  text = 4     // '…' of plain ASCII; a quote in it is doubled
};

struct Literal {
  LiteralKind kind;
  uint32_t start; // without its quote
  uint32_t size;
  bool has_quotes; // doubled ones
};

// Texts that differ in literals only have one key: the text with a byte of their kind for each, which stands nowhere
// else in it. False: there may be something that looks like a literal, or what a literal says may change what the
// statement is. That is so of all but one SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES; with a comment; with E'…',
// $$…$$ and their kin; and of a number that isn't plain.
bool read_literals(std::string_view sql, std::string &key, std::vector<Literal> &literals);

inline bool is_literal(char of_key) {
  return of_key >= static_cast<char>(LiteralKind::integer) && of_key <= static_cast<char>(LiteralKind::text);
}

} // namespace mortise::sql
