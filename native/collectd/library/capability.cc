// Whether this process may do what Linux calls a capability.
#include "collectd/library/exports.h"

#if defined(__linux__)
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mortise::collectd {

MORTISE_EXPORT int check_capability([[maybe_unused]] int number) {
#if defined(__linux__)
  if (number < 0 || number >= 64) return -1;
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2] = {};
  if (syscall(SYS_capget, &header, sets) != 0) return -1;
  return sets[number / 32].effective & (1u << (number % 32)) ? 0 : -1;
#else
  return -1;
#endif
}

} // namespace mortise::collectd
