// A plugin that is asked only about queries whose syntax trees it can see.
#pragma once

#include "host/plugin.h"
#include "routing/chain.h"

namespace mortise {

// Blocks every other query in its name.
Link parsed_link(Plugin *plugin);

} // namespace mortise
