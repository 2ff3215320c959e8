// Prints what a host of this copy would have, as far as it is linked in.
#include "engines/registry.h"
#include "services/built_in.h"

#include <cstdio>

int main() {
  mortise::ServiceRegistry services;
  mortise::add_built_in_services(services);
  for (const auto &service : services.list()) {
    const auto *table = static_cast<const mortise_toy_v1 *>(service.table);
    printf("%s %u.%u %s %d\n", service.name.c_str(), service.version >> 16, service.version & 0xffff,
           service.signature.c_str(), static_cast<int>(table->twice(nullptr, 21)));
  }
}
