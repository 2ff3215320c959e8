// A machine's fully qualified name.
#pragma once

#include <string>

namespace mortise::collectd {

// As the system's resolver knows it; empty when it doesn't. Waits for name servers.
std::string canonical_name(const std::string &name);

} // namespace mortise::collectd
