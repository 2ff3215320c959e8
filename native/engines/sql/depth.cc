#include "engines/sql/depth.h"

#include "engines/sql/tokens.h"

#include <algorithm>
#include <vector>

namespace mortise {
namespace {

// Of a parenthesis, a bracket or a CASE: no token makes more than one node, but (SELECT …) makes these.
constexpr uint64_t nodes_of_level = 3;
// Of a statement around its expressions, and of a name or a type: ALTER TABLE … ADD … DEFAULT, a column's name.
constexpr uint64_t nodes_of_statement = 16;
// Where counting stops, so that products fit: of all bytes, of how often they repeat, of columns in parentheses.
constexpr uint64_t too_many = uint64_t{1} << 40, most_repeats = 1 << 20, most_columns = 1 << 12;

struct Level {
  bool is_case;
  uint64_t repeats = 1; // of the whole level in the tree
  uint64_t factor = 1;  // of what is set by (a, b) = … here
  bool in_set = false;
  uint64_t commas = 0;

  uint64_t segment = 0; // tokens since the last comma, AND, OR or UNION
  uint64_t longest = 0; // of the segments
  uint64_t chain = 0;   // UNION and JOIN: each lies in the one behind it, whatever stands between
  uint64_t between = 0; // BETWEENs whose AND is to come

  void end_segment() {
    longest = std::max(longest, segment);
    segment = 0;
  }
  uint64_t total() const { return chain + std::max(longest, segment); }
};

bool is(std::string_view word, std::string_view keyword) {
  return word.size() == keyword.size() &&
         std::equal(word.begin(), word.end(), keyword.begin(), [](char letter, char other) {
           return (letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter) == other;
         });
}

class Measure {
public:
  TreeBounds of(std::string_view sql) {
    sql::Tokens tokens(sql);
    size_t done = 0;
    sql::Token token;
    do {
      token = tokens.next();
      bytes_ = std::min(too_many, bytes_ + (tokens.end() - done) * inner().repeats * inner().factor);
      done = tokens.end();
      const uint64_t width = width_;
      width_ = 0;
      take(token, tokens.text(), width);
    } while (token != sql::Token::end);
    end_statement();
    return {static_cast<uint32_t>(std::min<uint64_t>(deepest_ + nodes_of_statement, UINT32_MAX)), bytes_};
  }

private:
  Level &inner() { return levels_.back(); }

  // `width`: of the parentheses that closed just before; else 0.
  void take(sql::Token token, std::string_view text, uint64_t width) {
    switch (token) {
    case sql::Token::opening:
      open(false);
      return;
    case sql::Token::closing:
      close_cases();
      width_ = inner().commas + 1;
      if (levels_.size() > 1) close();
      return;
    case sql::Token::comma:
      inner().end_segment();
      inner().factor = 1;
      ++inner().commas;
      return;
    case sql::Token::semicolon:
      close_cases();
      if (levels_.size() == 1)
        end_statement();
      else
        inner().end_segment();
      return;
    case sql::Token::word:
      word(text);
      return;
    case sql::Token::end:
      return;
    default:
      if (width > 0 && inner().in_set && text == "=")
        inner().factor = std::max(inner().factor, std::min(width, most_columns));
      ++inner().segment;
      return;
    }
  }

  void word(std::string_view text) {
    if (is(text, "case")) {
      open(true);
    } else if (is(text, "end")) {
      if (inner().is_case) close();
    } else if (is(text, "or")) {
      inner().end_segment();
    } else if (is(text, "and") && inner().between == 0) {
      inner().end_segment();
    } else if (is(text, "union") || is(text, "except") || is(text, "intersect")) {
      ++inner().chain;
      inner().end_segment();
    } else {
      // That AND belongs to a BETWEEN, and what comes behind it may lie around what stands before.
      if (is(text, "and")) --inner().between;
      if (is(text, "between")) ++inner().between;
      if (is(text, "join")) ++inner().chain;
      if (is(text, "set")) inner().in_set = true;
      if (is(text, "where") || is(text, "returning")) {
        inner().in_set = false;
        inner().factor = 1;
      }
      ++inner().segment;
    }
  }

  void open(bool is_case) {
    Level level{is_case};
    level.repeats = std::min(most_repeats, inner().repeats * inner().factor);
    levels_.push_back(level);
  }

  void close() {
    const uint64_t total = inner().total();
    levels_.pop_back();
    inner().segment += total + nodes_of_level;
  }

  // CASE may be a name, with no END to come.
  void close_cases() {
    while (inner().is_case)
      close();
  }

  void end_statement() {
    while (levels_.size() > 1)
      close();
    deepest_ = std::max(deepest_, inner().total());
    inner() = {false};
  }

  std::vector<Level> levels_{{false}};
  uint64_t deepest_ = 0;
  uint64_t bytes_ = 0;
  uint64_t width_ = 0;
};

} // namespace

TreeBounds tree_bounds(std::string_view sql) {
  return Measure().of(sql);
}

bool is_surely_within(std::string_view sql, const TreeBounds &most) {
  // No token adds more than a level's nodes, and none is shorter than a byte.
  if (sql.size() * nodes_of_level + nodes_of_statement > most.depth || sql.size() > most.bytes) return false;
  // Only what is set by (a, b) = … is repeated; a comment may stand before the "=".
  for (size_t at = 0; at < sql.size(); ++at) {
    if (sql[at] != ')' && sql[at] != ']') continue;
    const size_t next = sql.find_first_not_of(" \t\n\v\f\r", at + 1);
    if (next != std::string_view::npos &&
        (sql[next] == '=' || sql[next] == '/' || sql.substr(next, 2) == "--"))
      return false;
  }
  return true;
}

} // namespace mortise
