// Whether memory is there to be read, without touching it.
#pragma once

#include <cstddef>

namespace mortise {

// False only when the system says that a part of it can't be read; true where it can't be asked.
bool is_readable(const void *start, size_t size);

} // namespace mortise
