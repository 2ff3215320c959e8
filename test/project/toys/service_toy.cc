// mortise.toy: not a service of mortise, but as simple as one can be.
#include "services/built_in.h"

namespace mortise {

namespace {

uint64_t twice(const mortise_host *, uint64_t number) {
  return 2 * number;
}

} // namespace

const mortise_toy_v1 toy_table = {sizeof(mortise_toy_v1), 0, twice};

} // namespace mortise
