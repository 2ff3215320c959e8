// The parts of the addon's exports; src/native/addon.ts types them.
#pragma once

#include <node_api.h>

namespace mortise {

void define_function(napi_env env, napi_value exports);
void define_host(napi_env env, napi_value exports);
void define_library(napi_env env, napi_value exports);
void define_mariadb(napi_env env, napi_value exports);
void define_plugin(napi_env env, napi_value exports);
void define_route(napi_env env, napi_value exports);
void define_service(napi_env env, napi_value exports);

} // namespace mortise
