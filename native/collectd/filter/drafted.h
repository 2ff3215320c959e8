// A draft as the list of values that matches and targets get, and may change.
#pragma once

#include "collectd/layout.h"
#include "engines/collect/filter.h"

namespace mortise::collectd {

// Names that are too long are cut, as everywhere in collectd.
class Drafted {
public:
  explicit Drafted(collect::Draft &draft);
  // Writes what changed back into the draft.
  ~Drafted();
  Drafted(const Drafted &) = delete;
  Drafted &operator=(const Drafted &) = delete;

  value_list_t &list() { return list_; }
  // As it is now.
  collect::Draft copy() const;

private:
  void read_into(collect::Draft &draft) const;

  collect::Draft &draft_;
  value_list_t list_{};
};

} // namespace mortise::collectd
