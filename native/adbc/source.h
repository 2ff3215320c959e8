// A plugin's data.source as if it were a driver: databases, connections and statements of it cost nothing.
#pragma once

#include "adbc/driver.h"

#include <mortise/data_source.h>

namespace mortise::adbc {

struct Source {
  const mortise_data_source_v1 *table;
  const mortise_host *host;
};

// The option of a database that says which: the address of a Source, as an int64.
constexpr const char *source_option = "mortise.source";
// The option of a connection that asks how it is.
constexpr const char *health_option = "mortise.health";

// The option of a statement that says under which number its query knows it, for cancel.
constexpr const char *call_option = "mortise.call";

// One for all sources.
Driver *source_driver();

} // namespace mortise::adbc
