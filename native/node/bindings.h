// The parts of the addon's exports; src/native/addon.ts types them.
#pragma once

#include <napi.h>

namespace mortise {

void define_adbc(Napi::Object exports);
void define_adbc_statement(Napi::Object exports);
void define_collectd(Napi::Object exports);
void define_collectd_config(Napi::Object exports);
void define_collectd_chains(Napi::Object exports);
void define_collect(Napi::Object exports);
void define_host(Napi::Object exports);
void define_library(Napi::Object exports);
void define_mariadb(Napi::Object exports);
void define_mariadb_calls(Napi::Object exports);
void define_mariadb_login(Napi::Object exports);
void define_mariadb_sql(Napi::Object exports);
void define_mysql(Napi::Object exports);
void define_pgdog(Napi::Object exports);
void define_plugin(Napi::Object exports);
void define_service(Napi::Object exports);
void define_sql(Napi::Object exports);

// Hot: plain Node-API.
void define_answer(napi_env env, napi_value exports);
void define_callback(napi_env env, napi_value exports);
void define_function(napi_env env, napi_value exports);
void define_memory(napi_env env, napi_value exports);
void define_route(napi_env env, napi_value exports);
void define_signals(napi_env env, napi_value exports);

} // namespace mortise
