// The functions of mortise_host: what a plugin receives, less what differs from plugin to plugin.
#pragma once

#include <mortise/host.h>

namespace mortise {

extern const mortise_host host_table;

} // namespace mortise
