// The little of Node-API that the hot bindings share. Plain C Node-API: it costs a third less a call than the
// C++ wrapper that the cold ones use (values.h).
#pragma once

#include <node_api.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace mortise::js {

// The arguments of the current call; missing ones are undefined.
template <size_t N> struct Arguments {
  napi_value values[N] = {};
  void *data = nullptr; // given when the function was made

  Arguments(napi_env env, napi_callback_info info) {
    size_t count = N;
    napi_get_cb_info(env, info, &count, values, nullptr, &data);
  }
  napi_value operator[](size_t index) const { return values[index]; }
};

inline napi_valuetype type_of(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  return type;
}

inline std::string to_string(napi_env env, napi_value value) {
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &size) != napi_ok) return {};
  std::string text(size, '\0');
  napi_get_value_string_utf8(env, value, text.data(), size + 1, &size);
  return text;
}

inline napi_value from_string(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

inline napi_value from_number(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

inline napi_value member(napi_env env, napi_value object, const char *name) {
  napi_value value = nullptr;
  if (napi_get_named_property(env, object, name, &value) != napi_ok) napi_get_undefined(env, &value);
  return value;
}

inline void set(napi_env env, napi_value object, const char *name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

// An address as JavaScript carries it: a bigint; anything else is null.
template <typename Pointer> Pointer to_address(napi_env env, napi_value value) {
  uint64_t address = 0;
  bool lossless = false;
  if (napi_get_value_bigint_uint64(env, value, &address, &lossless) != napi_ok || !lossless) return nullptr;
  return reinterpret_cast<Pointer>(static_cast<uintptr_t>(address));
}

template <typename T> T *to_external(napi_env env, napi_value value) {
  void *pointer = nullptr;
  if (type_of(env, value) != napi_external || napi_get_value_external(env, value, &pointer) != napi_ok) {
    napi_throw_type_error(env, nullptr, "mortise: not a handle of the native addon");
    return nullptr;
  }
  return static_cast<T *>(pointer);
}

// Calls `use(index, item)` for each item of an array.
template <typename Use> void each(napi_env env, napi_value array, Use use) {
  uint32_t length = 0;
  if (napi_get_array_length(env, array, &length) != napi_ok) return;
  for (uint32_t i = 0; i < length; i++) {
    napi_handle_scope scope;
    napi_open_handle_scope(env, &scope);
    napi_value item = nullptr;
    if (napi_get_element(env, array, i, &item) == napi_ok) use(i, item);
    napi_close_handle_scope(env, scope);
  }
}

inline void define(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  set(env, exports, name, function);
}

} // namespace mortise::js
