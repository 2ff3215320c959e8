// The services that every host has. Each table lies in its own service_….cc.
#pragma once

#include <mortise/mortise.h>

namespace mortise {

class ServiceRegistry;

// The list: name and minor of each, in the order in which plugins are shown them. Majors are 1. The table is
// `NAME_table`, the functions in words are `mortise_NAME_signature` of its header.
#define MORTISE_BUILT_IN_SERVICES(service)                                                                   \
  service(clock, 0) service(collect, 0) service(config, 1) service(files, 0) service(log, 1)                 \
      service(memory, 0) service(metrics, 0) service(registry, 0) service(sql, 0) service(state, 0)          \
          service(tasks, 0)

#define MORTISE_DECLARE(name, minor) extern const mortise_##name##_v1 name##_table;
MORTISE_BUILT_IN_SERVICES(MORTISE_DECLARE)
#undef MORTISE_DECLARE

void add_built_in_services(ServiceRegistry &services);

} // namespace mortise
