// The names that WITH gives to queries, as far as they are visible.
#pragma once

#include <mortise/abi.h>

#include <cstdint>
#include <vector>

namespace mortise::sql {

class WithNames {
public:
  // Clauses begin and end like brackets.
  void begin() { clauses_.push_back({static_cast<uint32_t>(names_.size()), 0}); }
  void end();

  // One more name of the clause that began last.
  void add(mortise_text name);

  // Queries of WITH see those before them only: none at first, then one more behind each.
  void hide() { clauses_.back().shown = 0; }
  void show_next() { ++clauses_.back().shown; }

  bool visible(mortise_text name) const;

private:
  struct Clause {
    uint32_t first;
    uint32_t shown;
  };
  struct Name {
    mortise_text text;
    uint32_t clause;
    uint32_t previous; // in its bucket, plus 1; 0: none
  };
  static constexpr uint32_t buckets = 64;

  std::vector<Clause> clauses_;
  std::vector<Name> names_;
  uint32_t last_[buckets] = {}; // the newest name in each, plus 1
};

} // namespace mortise::sql
