// Chains as a collectd.conf describes them.
#pragma once

#include "collectd/config/item.h"
#include "collectd/filter/chain.h"
#include "engines/problems.h"

#include <memory>
#include <string>
#include <vector>

namespace mortise::collectd {

// By name, which is compared without regard to case. Chains point to one another: they live and go together.
using ChainList = std::vector<std::unique_ptr<Chain>>;

// What plugins registered so far.
struct Registered {
  const Kinds<match_proc_t> &matches;
  const Kinds<target_proc_t> &targets;
  Enter enter;
};

// Makes all `<Chain>` blocks; several of one name are one chain. Plugins' matches and targets are created, on the
// calling thread. What is wrong is a problem with file and line, and then the chain isn't whole.
ChainList build(const std::vector<Item> &blocks, const Registered &registered,
                std::vector<Problem> &problems);

const Chain *find(const ChainList &chains, const std::string &name);

} // namespace mortise::collectd
