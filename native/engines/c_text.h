// Text that C handed over, and that may not be there.
#pragma once

#include <cstddef>
#include <string>

namespace mortise {

// Up to its zero, looking at no page before it is known to be there. Null is empty. False: it can't be read, or is
// longer than `max`; then `into` has what could be read.
bool read_c_text(const char *text, size_t max, std::string &into);

} // namespace mortise
