// The plugins that are asked where a query goes, in order.
#pragma once

#include "routing/slot.h"

#include <memory>
#include <string>
#include <vector>

namespace mortise {

class Chain {
public:
  std::vector<int32_t (*)(const mortise_context *, mortise_route *)> routes;

  // Keeps the SQL of a statement that is routed more than once; its number, from 1.
  uint32_t keep(const std::string &sql);
  void forget(uint32_t statement);
  // Empty for a number that isn't kept.
  mortise_text kept(uint32_t statement) const {
    return statement < kept_.size() ? kept_[statement] : mortise_text{"", 0};
  }

  // Asks in order until one decides; writes the answer to `header`.
  void decide(const mortise_context &context, SlotHeader &header) const;

private:
  // Texts beside their bytes: a routing call goes to them through one pointer less. Number 0 is nobody's.
  std::vector<mortise_text> kept_{{"", 0}};
  std::vector<std::unique_ptr<char[]>> bytes_{1};
  std::vector<uint32_t> free_;
};

} // namespace mortise
