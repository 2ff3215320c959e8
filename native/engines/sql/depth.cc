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

struct Level {
  bool is_case;
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
  uint64_t of(std::string_view sql) {
    sql::Tokens tokens(sql);
    for (sql::Token token = tokens.next(); token != sql::Token::end; token = tokens.next())
      take(token, tokens.text());
    end_statement();
    return deepest_ + nodes_of_statement;
  }

private:
  Level &inner() { return levels_.back(); }

  void take(sql::Token token, std::string_view text) {
    switch (token) {
    case sql::Token::opening:
      levels_.push_back({false});
      return;
    case sql::Token::closing:
      close_cases();
      if (levels_.size() > 1) close();
      return;
    case sql::Token::comma:
      inner().end_segment();
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
    default:
      ++inner().segment;
      return;
    }
  }

  void word(std::string_view text) {
    if (is(text, "case")) {
      levels_.push_back({true});
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
      ++inner().segment;
    }
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
};

} // namespace

uint32_t max_depth(std::string_view sql) {
  return static_cast<uint32_t>(std::min<uint64_t>(Measure().of(sql), UINT32_MAX));
}

} // namespace mortise
