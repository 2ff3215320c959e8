/* What one would write without mortise: an addon that takes the SQL and two parameters as its arguments, decides as
 * router.c does, and returns the shard. */
#include <node_api.h>

static napi_value route(napi_env env, napi_callback_info info) {
  napi_value arguments[3], result;
  size_t count = 3, sql_size, sizes[2];
  char sql[4096], parameters[2][256];
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 3 ||
      napi_get_value_string_utf8(env, arguments[0], sql, sizeof sql, &sql_size) != napi_ok)
    return NULL;
  for (int i = 0; i < 2; i++)
    if (napi_get_value_string_utf8(env, arguments[i + 1], parameters[i], sizeof parameters[i], &sizes[i]) !=
        napi_ok)
      return NULL;
  napi_create_int32(env, sizes[0] == 0 ? -1 : parameters[0][sizes[0] - 1] & 3, &result);
  return result;
}

NAPI_MODULE_INIT() {
  (void)exports;
  napi_value function;
  napi_create_function(env, "route", NAPI_AUTO_LENGTH, route, NULL, &function);
  return function;
}
