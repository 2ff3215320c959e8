// The services of MariaDB that this host has.
#pragma once

#include "mariadb/mariadb.h"

#include <string>

namespace mortise::mariadb {

struct Service {
  const char *name;
  uint32_t version;
  const void *table;
};

// Those with a table that serves every library. Providers have a table a library, and stand here with null.
extern const Service services[];
extern const size_t service_count;
// The one of that major, with a minor that is at least as new.
const Service *find_service(const std::string &name, uint32_t version);

} // namespace mortise::mariadb
