// Whose columns they are, and which tables are locked, once all of a text is known.
#pragma once

#include "engines/sql/summary/draft.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mortise::sql {

class Resolver {
public:
  explicit Resolver(Draft &draft) : draft_(draft) {}

  void resolve();

private:
  void look();
  void compare();
  void lock();
  uint32_t table_of(const mortise_sql_comparison &one) const;
  bool named(const mortise_sql_comparison &one, uint32_t block, uint32_t &table) const;
  size_t bucket(mortise_text name, uint32_t block) const;

  Draft &draft_;
  std::vector<uint32_t> counts_; // of each block: how many sources columns without a qualifier may belong to
  std::vector<uint32_t> only_;   // the table of the last of them
  std::vector<uint32_t> up_;
  std::vector<uint32_t> previous_; // of each source: the one before it in its bucket
  std::vector<uint32_t> last_;     // of each bucket: its newest source
  std::vector<uint32_t> members_;  // of each group: how many comparisons
};

} // namespace mortise::sql
