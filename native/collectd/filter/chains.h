// collectd's filter chains as the collector's filter.
#pragma once

#include "collectd/filter/build.h"
#include "engines/collect/collector.h"
#include "engines/collect/filter.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mortise::collectd {

// Made once and never changed: several threads go through it. Whoever drops it last destroys what plugins made for it.
class Chains final : public collect::Filter {
public:
  struct Names {
    std::string before,
        after; // of the chains before and after the cache; a name that no chain has is no chain
  };
  // What a data set is to a plugin; null when there is none.
  using SetOf = std::function<const data_set_t *(const std::string &type)>;

  // `collector` must outlive it.
  Chains(ChainList chains, const Names &names, SetOf set_of, collect::Collector &collector);

  collect::Verdict before_cache(const collect::DataSet &set, collect::Draft &draft) override;
  // Only what the chain's target `write` names is written; it may be all.
  collect::Verdict after_cache(const collect::DataSet &set, collect::Draft &draft,
                               std::vector<std::string> &writers) override;
  bool has_before() const override { return before_ != nullptr; }
  bool has_after() const override { return after_ != nullptr; }

private:
  const ChainList chains_;
  const Chain *const before_;
  const Chain *const after_;
  const SetOf set_of_;
  collect::Collector &collector_;
};

} // namespace mortise::collectd
