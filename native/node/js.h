// The little of Node-API that the hot bindings share. Plain C Node-API: it costs a third less a call than the
// C++ wrapper that the cold ones use (values.h).
#pragma once

#include <node_api.h>

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mortise::js {

// After a call of Node-API that failed: an exception is pending from now on, Node-API's own or one that says what
// failed. When a worker is being ended there can be none, and what runs ends with it.
void failed(napi_env env);

// False when the call failed, and then an exception is pending.
inline bool ok(napi_env env, napi_status status) {
  if (status == napi_ok) return true;
  failed(env);
  return false;
}

// Ends the pending exception, and gives what was thrown. False when there was none.
bool take_exception(napi_env env, napi_value &thrown);

// Where no exception may be pending: in a call from a plugin.
void clear_exception(napi_env env);

// The arguments of the current call; missing ones are undefined.
template <size_t N> struct Arguments {
  napi_value values[N] = {};
  void *data = nullptr; // given when the function was made

  Arguments(napi_env env, napi_callback_info info) {
    size_t count = N;
    ok(env, napi_get_cb_info(env, info, &count, values, nullptr, &data));
  }
  napi_value operator[](size_t index) const { return values[index]; }
};

inline napi_valuetype type_of(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  ok(env, napi_typeof(env, value, &type));
  return type;
}

// False, and an exception is pending, when it isn't a string.
inline bool read_string(napi_env env, napi_value value, std::string &text) {
  size_t size = 0;
  if (!ok(env, napi_get_value_string_utf8(env, value, nullptr, 0, &size))) return false;
  text.resize(size);
  return ok(env, napi_get_value_string_utf8(env, value, text.data(), size + 1, &size));
}

// Null, and an exception is pending, when there can't be one.
inline napi_value from_string(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  ok(env, napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}

// The same.
inline napi_value from_number(napi_env env, double number) {
  napi_value value = nullptr;
  ok(env, napi_create_double(env, number, &value));
  return value;
}

// The same.
inline napi_value member(napi_env env, napi_value object, const char *name) {
  napi_value value = nullptr;
  ok(env, napi_get_named_property(env, object, name, &value));
  return value;
}

inline bool set(napi_env env, napi_value object, const char *name, napi_value value) {
  return ok(env, napi_set_named_property(env, object, name, value));
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

// Calls `use(index, item)` for each item of an array until that gives false. False, too, when an exception is pending.
template <typename Use> bool each(napi_env env, napi_value array, Use use) {
  uint32_t length = 0;
  if (!ok(env, napi_get_array_length(env, array, &length))) return false;
  for (uint32_t i = 0; i < length; i++) {
    napi_handle_scope scope = nullptr;
    if (!ok(env, napi_open_handle_scope(env, &scope))) return false;
    napi_value item = nullptr;
    const bool used = ok(env, napi_get_element(env, array, i, &item)) && use(i, item);
    if (!ok(env, napi_close_handle_scope(env, scope)) || !used) return false;
  }
  return true;
}

// The code of the exception that says that there was no memory.
constexpr const char *no_memory = "ERR_NO_MEMORY";

// A callback that needs memory in proportion to what it is given: where there is none, JavaScript hears of it.
template <napi_callback callback> napi_value allocating(napi_env env, napi_callback_info info) {
  try {
    return callback(env, info);
  } catch (const std::bad_alloc &) {
    napi_throw_error(env, no_memory, "mortise: there is no memory for that");
    return nullptr;
  } catch (const std::length_error &) { // more than a vector can ever have
    napi_throw_error(env, no_memory, "mortise: there is no memory for that");
    return nullptr;
  }
}

inline bool define(napi_env env, napi_value exports, const char *name, napi_callback callback,
                   void *data = nullptr) {
  napi_value function = nullptr;
  return ok(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function)) &&
         set(env, exports, name, function);
}

} // namespace mortise::js
