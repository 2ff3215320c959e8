// A summary of SQL as JavaScript has it.
#pragma once

#include "node/values.h"

#include <mortise/sql.h>

namespace mortise {

// With a row for each item; src/capabilities/routing/sql/summary.ts names the columns.
Napi::Object to_summary(Napi::Env env, const mortise_sql_summary &summary);

} // namespace mortise
