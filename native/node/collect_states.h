// How readers, writers and a collector's counts stand, for JavaScript.
#pragma once

#include "node/values.h"

namespace mortise {

// listReaders, listWriters and counts.
void define_collect_states(Napi::Object exports);

} // namespace mortise
