// What stands at the sides of a comparison.
#pragma once

#include "engines/sql/summary/json_tape.h"

#include <mortise/sql.h>

#include <cstdint>

namespace mortise::sql {

struct Column {
  mortise_text qualifier{"", 0};
  mortise_text name{"", 0};
  uint32_t relation_size = 0; // of the qualifier's last part
};

struct Value {
  int32_t type = MORTISE_SQL_VALUE_OTHER;
  uint32_t parameter = 0;
  mortise_text text{"", 0};
};

// Nodes of expressions, as a member has them: an object with the name of the node as its one member. 0 is none.
class Operands {
public:
  Operands(const JsonTape &tape, TextArena &texts) : tape_(tape), texts_(texts) {}

  // The node that `expression` wraps when it is of that kind; else 0.
  uint32_t node(uint32_t expression, Key kind) const;

  // What stands within COLLATE and one cast, whose TypeName becomes `type`. 0: `type` isn't 0 and there is a cast.
  uint32_t bare(uint32_t expression, uint32_t &type) const;

  // False: it is no column by its name. A column with a cast around it is none, since its values are others.
  bool column(uint32_t expression, Column &column);

  // Never fails: what the text doesn't tell is MORTISE_SQL_VALUE_OTHER. `type`: what the value is cast to by what
  // stands around it, or 0. `is_array`: it is an array, or `type` is that of the array it is an element of.
  Value value(uint32_t expression, bool is_array = false, uint32_t type = 0);

  // "*", "t.*" or "(f()).*", which stand for any number of columns.
  bool has_star(uint32_t expression) const;

  // The elements of a row or of ARRAY[…], as an array; else 0. A row with "*" in it is none.
  uint32_t row(uint32_t expression) const;
  uint32_t elements(uint32_t expression, uint32_t &type) const;

  // A name of one to three parts. False: there is none.
  bool name(uint32_t strings, mortise_text &schema, mortise_text &name);

  // An operator: "=", or "x.=" when it isn't PostgreSQL's own.
  mortise_text operation(uint32_t strings);

  // A string that must be there.
  mortise_text text(uint32_t node);

  // True once something wasn't as libpg_query writes it.
  bool failed() const { return failed_; }

private:
  Value plain(uint32_t expression);
  Value constant(uint32_t node);
  mortise_text digits(uint32_t node);
  mortise_text joined(mortise_text left, mortise_text right);

  const JsonTape &tape_;
  TextArena &texts_;
  bool failed_ = false;
};

inline bool is_text(mortise_text text, std::string_view word) {
  return std::string_view(text.data, static_cast<size_t>(text.size)) == word;
}

// For words that live as long as the program.
constexpr mortise_text text_of_word(std::string_view word) {
  return {word.data(), word.size()};
}

} // namespace mortise::sql
