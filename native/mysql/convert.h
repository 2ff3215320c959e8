// Arguments as a function asked for them.
#pragma once

#include "mysql/functions.h"

namespace mortise::mysql {

// As SQL converts: a text gives the number that it begins with, or 0; a real is rounded to an integer. `kind` is one of
// Kind.
Value converted(const Value &value, int32_t kind);

} // namespace mortise::mysql
