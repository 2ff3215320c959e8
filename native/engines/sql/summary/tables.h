// The tables that a tree names, and what else FROM lists.
#pragma once

#include "engines/sql/summary/draft.h"
#include "engines/sql/summary/frame.h"
#include "engines/sql/summary/operands.h"
#include "engines/sql/summary/with_names.h"

#include <cstdint>

namespace mortise::sql {

class Tables {
public:
  Tables(const JsonTape &tape, Draft &draft, Operands &operands, const WithNames &names)
      : tape_(tape), draft_(draft), operands_(operands), names_(names) {}

  // A RangeVar. `is_source`: columns may be its.
  void named(uint32_t range_var, uint32_t block, int32_t use, bool is_source, bool may_be_with);

  // What FROM lists besides tables: subqueries, functions, joins with a name of their own.
  void unnamed(uint32_t node, uint32_t block, uint32_t made_of = none);
  void alias(uint32_t alias, uint32_t block);
  // A name that isn't a table, and of which columns need a qualifier: "excluded".
  void hidden(std::string_view name, uint32_t block);

  // DropStmt, CommentStmt and others that have lists of strings.
  void dropped(uint32_t statement, uint32_t block);
  // The DefElem of OWNED BY, of a sequence.
  void owner(uint32_t option, uint32_t block);
  void index(uint32_t index_statement, uint32_t block);

  // lockingClause.
  void locks(uint32_t clauses, uint32_t block);

private:
  void object(uint32_t strings, uint32_t behind, uint32_t block, int32_t use = MORTISE_SQL_USE_DEFINE);
  mortise_text text(uint32_t node);

  const JsonTape &tape_;
  Draft &draft_;
  Operands &operands_;
  const WithNames &names_;
};

} // namespace mortise::sql
