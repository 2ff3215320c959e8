// The addon's entry: everything that mortise does natively, as functions on plain handles. Only src/
// calls them, so they check handles and types and leave the rest to TypeScript.
#include "node/bindings.h"

namespace {

Napi::Object define(Napi::Env env, Napi::Object exports) {
  mortise::define_callback(env, exports);
  mortise::define_adbc(exports);
  mortise::define_adbc_statement(exports);
  mortise::define_collect(exports);
  mortise::define_answer(env, exports);
  mortise::define_function(env, exports);
  mortise::define_collectd(exports);
  mortise::define_collectd_config(exports);
  mortise::define_collectd_chains(exports);
  mortise::define_host(exports);
  mortise::define_library(exports);
  mortise::define_mariadb(exports);
  mortise::define_memory(env, exports);
  mortise::define_mariadb_calls(exports);
  mortise::define_mariadb_login(exports);
  mortise::define_mariadb_sql(exports);
  mortise::define_mysql(exports);
  mortise::define_pgdog(exports);
  mortise::define_plugin(exports);
  mortise::define_route(env, exports);
  mortise::define_service(exports);
  mortise::define_sql(exports);
  mortise::define_signals(env, exports);
  return exports;
}

} // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, define)
