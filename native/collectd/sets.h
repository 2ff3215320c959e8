// Data sets as plugins see them. A plugin may keep the address of one, so none ever goes.
#pragma once

#include "collectd/layout.h"
#include "engines/collect/data_set.h"

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace mortise::collectd {

class Sets {
public:
  // The same address for the same set. Any thread.
  const data_set_t *of(const collect::DataSets::Shared &set);

private:
  struct Made {
    data_set_t set;
    std::vector<data_source_t> sources;
    collect::DataSets::Shared of; // held, so that its address is never another's
  };
  std::mutex mutex_;
  std::unordered_map<const collect::DataSet *, std::unique_ptr<Made>> made_;
};

collect::DataSet to_set(const data_set_t &set);

} // namespace mortise::collectd
