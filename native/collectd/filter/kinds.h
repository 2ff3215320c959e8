// The matches and targets that plugins registered for chains.
#pragma once

#include "collectd/layout.h"
#include "engines/owner.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mortise::collectd {

// `Proc` is match_proc_t or target_proc_t.
template <typename Proc> struct Kind {
  std::string name;
  Owner *owner;
  Proc proc;
};
using MatchKind = Kind<match_proc_t>;
using TargetKind = Kind<target_proc_t>;

// Any thread. Names are compared without regard to case; the first of a name counts, as with collectd.
template <typename Proc> class Kinds {
public:
  using Shared = std::shared_ptr<const Kind<Proc>>;

  void add(Kind<Proc> kind);
  // Those that a chain uses already stay with it.
  void remove(const Owner *owner);
  Shared find(const std::string &name) const;
  std::vector<std::string> names() const;

private:
  mutable std::mutex mutex_;
  std::vector<Shared> kinds_;
};

extern template class Kinds<match_proc_t>;
extern template class Kinds<target_proc_t>;

} // namespace mortise::collectd
