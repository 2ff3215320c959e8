// The addon's entry: everything that mortise does natively, as functions on plain handles. Only src/
// calls them, so they check handles and leave the rest to TypeScript.
#include "node/bindings.h"

NAPI_MODULE_INIT() {
  mortise::define_function(env, exports);
  mortise::define_host(env, exports);
  mortise::define_library(env, exports);
  mortise::define_mariadb(env, exports);
  mortise::define_plugin(env, exports);
  mortise::define_route(env, exports);
  mortise::define_service(env, exports);
  return exports;
}
