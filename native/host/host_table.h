// The functions of mortise_host: what a plugin receives, less what differs from plugin to plugin.
#pragma once

#include <mortise/config.h>
#include <mortise/host.h>

namespace mortise {

extern const mortise_host host_table;
// mortise.config, which is also a member of it.
extern const mortise_config_v1 config_table;

} // namespace mortise
