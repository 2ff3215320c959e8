// Columns that get values: of INSERT, UPDATE, ON CONFLICT and MERGE.
#pragma once

#include "engines/sql/summary/comparisons.h"

#include <cstdint>

namespace mortise::sql {

class Assignments {
public:
  Assignments(const JsonTape &tape, Comparisons &comparisons, Operands &operands)
      : tape_(tape), comparisons_(comparisons), operands_(operands) {}

  // An InsertStmt with its columns by name, and VALUES or SELECT.
  void insert(uint32_t statement, uint32_t block, uint32_t table);

  // SET, as a targetList has it.
  void set(uint32_t targets, uint32_t block, uint32_t table);

  // INSERT of a MERGE: one row, which not every row of the source becomes.
  void merge_insert(uint32_t clause, uint32_t block, uint32_t table);

private:
  struct Target {
    Column column;
    bool whole; // not a part of it, as column[1] is
  };
  std::vector<Target> targets(uint32_t columns);
  void add(const Target &target, uint32_t expression, const Standing &standing, uint32_t group,
           uint32_t table);
  // Where the rows come from: lists of VALUES, and lists of what a SELECT gives.
  std::vector<uint32_t> rows(uint32_t select) const;
  uint32_t known(uint32_t row) const;
  uint32_t expression(uint32_t element) const;

  const JsonTape &tape_;
  Comparisons &comparisons_;
  Operands &operands_;
};

} // namespace mortise::sql
