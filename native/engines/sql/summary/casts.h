// What a cast makes of a value.
#pragma once

#include "engines/sql/summary/json_tape.h"
#include "engines/sql/summary/operands.h"

namespace mortise::sql {

// Whether the value is still the one in the text when it is cast to `type`, a TypeName. Of '15'::varchar(1) and 1.5::int
// it isn't, and of types that aren't known here it may not be. `is_array`: the value is an array, or an element of one.
bool keeps_value(const JsonTape &tape, uint32_t type, bool is_array, const Value &value);

} // namespace mortise::sql
