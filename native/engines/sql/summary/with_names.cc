#include "engines/sql/summary/with_names.h"

#include "engines/sql/summary/hash.h"

#include <mortise/text.h>

namespace mortise::sql {

void WithNames::add(mortise_text name) {
  uint32_t &last = last_[hash_of(name) % buckets];
  names_.push_back({name, static_cast<uint32_t>(clauses_.size()) - 1, last});
  last = static_cast<uint32_t>(names_.size());
  ++clauses_.back().shown;
}

void WithNames::end() {
  for (; names_.size() > clauses_.back().first; names_.pop_back())
    last_[hash_of(names_.back().text) % buckets] = names_.back().previous;
  clauses_.pop_back();
}

bool WithNames::visible(mortise_text name) const {
  if (names_.empty()) return false;
  for (uint32_t at = last_[hash_of(name) % buckets]; at; at = names_[at - 1].previous) {
    const Name &one = names_[at - 1];
    const Clause &clause = clauses_[one.clause];
    if (at - 1 - clause.first < clause.shown && mortise_text_equal(one.text, name)) return true;
  }
  return false;
}

} // namespace mortise::sql
