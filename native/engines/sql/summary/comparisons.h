// Comparisons of columns with values, as expressions have them.
#pragma once

#include "engines/sql/summary/draft.h"
#include "engines/sql/summary/operands.h"

#include <cstdint>

namespace mortise::sql {

// Where an expression stands.
struct Standing {
  uint32_t block;
  int32_t place;
  bool certain;
};

class Comparisons {
public:
  Comparisons(const JsonTape &tape, Draft &draft, Operands &operands)
      : tape_(tape), draft_(draft), operands_(operands) {}

  // Nodes of these kinds; what stands within them isn't looked at.
  void expression(uint32_t a_expr, const Standing &standing);
  void null_test(uint32_t node, const Standing &standing);
  void boolean_test(uint32_t node, const Standing &standing);
  void subquery(uint32_t sub_link, const Standing &standing);

  // One more, of the table when it is known.
  void add(const Column &column, mortise_text operation, const Value &value, const Standing &standing,
           uint32_t group, uint32_t flags = 0, uint32_t table = none);

  uint32_t new_group() { return draft_.groups++; }

private:
  void sides(uint32_t left, uint32_t right, mortise_text operation, Standing standing);
  void pair(uint32_t left, uint32_t right, mortise_text operation, const Standing &standing);
  void elements(uint32_t left, uint32_t array, mortise_text operation, bool any, const Standing &standing);
  void in_list(uint32_t left, uint32_t items, mortise_text operation, const Standing &standing);
  void in_rows(uint32_t row, uint32_t items, mortise_text operation, Standing standing);
  void between(uint32_t left, uint32_t bounds, std::string_view kind, Standing standing);
  // Each column of an expression, alone or in a row, beside one value.
  void each(uint32_t expression, mortise_text operation, const Value &value, Standing standing,
            uint32_t flags = 0);

  const JsonTape &tape_;
  Draft &draft_;
  Operands &operands_;
};

} // namespace mortise::sql
