// One pass over a tree, front to end, that writes down what a summary tells.
#pragma once

#include "engines/sql/summary/assignments.h"
#include "engines/sql/summary/comparisons.h"
#include "engines/sql/summary/draft.h"
#include "engines/sql/summary/frame.h"
#include "engines/sql/summary/operands.h"
#include "engines/sql/summary/tables.h"
#include "engines/sql/summary/with_names.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mortise::sql {

class Walk {
public:
  Walk(const JsonTape &tape, Draft &draft)
      : tape_(tape), draft_(draft), operands_(tape, draft.texts), comparisons_(tape, draft, operands_),
        assignments_(tape, comparisons_, operands_), tables_(tape, draft, operands_, names_) {}

  // Everything of a node whose name ends in "Stmt". False: it isn't as libpg_query writes it.
  bool statement(uint32_t node);

private:
  // What a key says of its node, in `frame`, which begins as that around it. False: nothing within is to be read.
  bool enter(uint32_t node, const Frame &around, Frame &frame);
  bool enter_node(uint32_t node, const Frame &around, Frame &frame);
  bool enter_member(uint32_t node, const Frame &around, Frame &frame);
  bool enter_relation(uint32_t node, const Frame &around);
  void enter_statement(uint32_t node, const Frame &around, Frame &frame);
  void enter_kind(uint32_t node, Key key, Frame &frame);
  void enter_condition(Frame &frame, int32_t place, bool certain);
  void leave();

  bool has_grouping_sets(uint32_t select) const;
  void begin_names(uint32_t with, Frame &frame);
  void merge_when(uint32_t clause, const Frame &frame);
  void function(uint32_t call, uint32_t block);
  void json_aggregate(uint32_t node, uint32_t block, std::string_view name);
  void called(mortise_sql_function function, uint32_t call);
  void parameter(uint32_t node);

  const JsonTape &tape_;
  Draft &draft_;
  WithNames names_;
  Operands operands_;
  Comparisons comparisons_;
  Assignments assignments_;
  Tables tables_;
  std::vector<Frame> frames_;
  bool failed_ = false;
};

} // namespace mortise::sql
