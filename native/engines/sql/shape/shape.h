// What the summaries of texts of one shape have in common, and what each literal is in them.
#pragma once

#include "engines/sql/shape/literals.h"
#include "engines/sql/summary/summary.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::sql {

class Shape : public std::enable_shared_from_this<Shape> {
public:
  explicit Shape(std::string_view key);

  std::string_view key() const { return key_; }

  // A text of this shape whose literals can be told apart in its summary. Stays as long as the shape.
  std::string_view probe();

  // From the probe's summary. False: it can't be told what the literals are in a summary.
  bool learn(std::unique_ptr<SqlSummary> summary);
  void forget();

  // The summary of a text of this shape, of which read_literals() gave `literals`. Both texts must outlive it.
  std::unique_ptr<SqlSummary> summary(std::string_view sql, const std::vector<Literal> &literals) const;

  // How much memory it holds.
  size_t bytes() const;

private:
  friend class ShapedSummary;
  // A value of a comparison that is a literal.
  struct Slot {
    uint32_t comparison;
    uint32_t literal;
    bool negative;
  };
  bool find_slots();
  bool find_slot(uint32_t comparison);
  bool has_literal_elsewhere() const;
  bool has_mark(mortise_text text) const;

  const std::string key_;
  struct Mark {
    LiteralKind kind;
    std::string text;
  };
  std::vector<Mark> marks_; // the literals of the probe
  std::string probe_;
  std::unique_ptr<SqlSummary> learned_;
  std::vector<Slot> slots_;
  size_t before_ = 0, behind_ = 0; // how much of a text stands around its statement
};

// Whether they say the same.
bool same(const mortise_sql_summary &left, const mortise_sql_summary &right);

} // namespace mortise::sql
