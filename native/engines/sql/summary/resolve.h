// Whose columns they are, and which tables are locked, once all of a text is known.
#pragma once

#include "engines/sql/summary/draft.h"

namespace mortise::sql {

void resolve(Draft &draft);

} // namespace mortise::sql
