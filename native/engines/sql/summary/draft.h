// A summary that grows while a tree is walked.
#pragma once

#include "engines/sql/summary/text_arena.h"

#include <mortise/sql.h>

#include <cstdint>
#include <vector>

namespace mortise::sql {

constexpr uint32_t none = MORTISE_SQL_NONE;

// What FROM lists, or a statement changes: what a column may belong to.
struct Source {
  uint32_t block;
  mortise_text schema;
  mortise_text name; // by which a qualifier means it: the alias, else the table's name; empty: by none
  bool has_alias;    // then no schema may stand before it
  bool counts;       // columns without a qualifier may be its
  uint32_t table;    // none: a subquery, a function, a name from WITH
  uint32_t made_of;  // the block of a subquery
};

// FOR UPDATE and its kin, of the sources of a block: the one with this name, or all.
struct Lock {
  uint32_t block;
  bool all;
  mortise_text name;
};

struct Draft {
  std::vector<mortise_sql_statement> statements;
  std::vector<mortise_sql_block> blocks;
  std::vector<uint32_t> up; // of each block: the one in which names are looked up next
  std::vector<mortise_sql_table> tables;
  std::vector<mortise_sql_function> functions;
  std::vector<mortise_sql_comparison> comparisons;
  std::vector<Source> sources;
  std::vector<Lock> locks;
  uint32_t groups = 0;
  uint32_t parameters = 0; // the highest $n
  TextArena texts;

  // For the next text, in the same room.
  void clear() {
    statements.clear();
    blocks.clear();
    up.clear();
    tables.clear();
    functions.clear();
    comparisons.clear();
    sources.clear();
    locks.clear();
    groups = parameters = 0;
    texts = {};
  }
};

} // namespace mortise::sql
