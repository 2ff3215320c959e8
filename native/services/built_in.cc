#include "services/built_in.h"

#include "engines/registry.h"

namespace mortise {

void add_built_in_services(ServiceRegistry &services) {
#define MORTISE_ADD(name, minor)                                                                             \
  services.add(nullptr,                                                                                      \
               {"mortise." #name, MORTISE_VERSION(1, minor), &name##_table, mortise_##name##_signature});
  MORTISE_BUILT_IN_SERVICES(MORTISE_ADD)
#undef MORTISE_ADD
}

} // namespace mortise
