// mortise.clock
#include "services/built_in.h"

#include <chrono>

namespace mortise {
namespace {

template <typename Clock> int64_t now(const mortise_host *) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

} // namespace

const mortise_clock_v1 clock_table = {sizeof(mortise_clock_v1), 0, now<std::chrono::system_clock>,
                                      now<std::chrono::steady_clock>};

} // namespace mortise
