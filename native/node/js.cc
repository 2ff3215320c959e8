#include "node/js.h"

namespace mortise::js {

void failed(napi_env env) {
  // Before anything else is asked, which would replace it.
  const napi_extended_error_info *info = nullptr;
  const bool known = napi_get_last_error_info(env, &info) == napi_ok && info && info->error_message;
  const std::string message =
      std::string("mortise: the native addon was given what it can't use, or has no memory: ") +
      (known ? info->error_message : "an unknown error");
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending)
    napi_throw_error(env, nullptr, message.c_str()); // fails when the worker is being ended
}

bool take_exception(napi_env env, napi_value &thrown) {
  bool pending = false;
  return napi_is_exception_pending(env, &pending) == napi_ok && pending &&
         napi_get_and_clear_last_exception(env, &thrown) == napi_ok;
}

void clear_exception(napi_env env) {
  napi_value thrown = nullptr;
  take_exception(env, thrown);
}

} // namespace mortise::js
