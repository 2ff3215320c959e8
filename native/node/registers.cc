#include "node/registers.h"

#include <cstring>

#if MORTISE_GUARDED

namespace mortise {

size_t size_of(Type type) {
  switch (type) {
  case Type::i8:
  case Type::u8:
    return 1;
  case Type::i16:
  case Type::u16:
    return 2;
  case Type::i32:
  case Type::u32:
  case Type::f32:
    return 4;
  default:
    return 8;
  }
}

namespace {

bool to_type(napi_env env, napi_value value, Type &type) {
  uint32_t number = 0;
  if (!js::ok(env, napi_get_value_uint32(env, value, &number))) return false;
  type = static_cast<Type>(number);
  return true;
}

// Of null, and of what holds bytes.
bool address_in(napi_env env, napi_value value, uint64_t &address) {
  if (js::type_of(env, value) == napi_null) {
    address = 0;
    return true;
  }
  void *data = nullptr;
  size_t length = 0;
  if (napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr) != napi_ok &&
      napi_get_arraybuffer_info(env, value, &data, &length) != napi_ok)
    return false;
  address = reinterpret_cast<uintptr_t>(data);
  return true;
}

napi_status make(napi_env env, uint64_t word, Type type, napi_value &value) {
  switch (type) {
  case Type::none:
    return napi_get_undefined(env, &value);
  case Type::i8:
    return napi_create_int32(env, static_cast<int8_t>(word), &value);
  case Type::u8:
    return napi_create_uint32(env, static_cast<uint8_t>(word), &value);
  case Type::i16:
    return napi_create_int32(env, static_cast<int16_t>(word), &value);
  case Type::u16:
    return napi_create_uint32(env, static_cast<uint16_t>(word), &value);
  case Type::i32:
    return napi_create_int32(env, static_cast<int32_t>(word), &value);
  case Type::u32:
    return napi_create_uint32(env, static_cast<uint32_t>(word), &value);
  case Type::i64: {
    const int64_t integer = static_cast<int64_t>(word);
    if (integer >= -9007199254740991 && integer <= 9007199254740991)
      return napi_create_int64(env, integer, &value);
    return napi_create_bigint_int64(env, integer, &value);
  }
  case Type::u64:
  case Type::address:
    if (word <= 9007199254740991u) return napi_create_int64(env, static_cast<int64_t>(word), &value);
    return napi_create_bigint_uint64(env, word, &value);
  case Type::f32: {
    float number = 0;
    memcpy(&number, &word, sizeof number);
    return napi_create_double(env, static_cast<double>(number), &value);
  }
  case Type::f64: {
    double number = 0;
    memcpy(&number, &word, sizeof number);
    return napi_create_double(env, number, &value);
  }
  }
  return napi_invalid_arg; // src/native/functions.ts has no such type
}

} // namespace

bool to_signature(napi_env env, napi_value result, napi_value parameters, Signature &signature) {
  if (!to_type(env, result, signature.result)) return false;
  Arguments places;
  const bool read = js::each(env, parameters, [&](uint32_t, napi_value item) {
    Type type;
    if (!to_type(env, item, type)) return false;
    signature.parameters.push_back({type, places.next(is_floating(type), size_of(type))});
    return true;
  });
  return read && places.fits() && signature.parameters.size() <= max_parameters;
}

bool to_word(napi_env env, napi_value value, Type type, uint64_t &word) {
  if (is_floating(type)) {
    double number = 0;
    if (!js::ok(env, napi_get_value_double(env, value, &number))) return false;
    const float shorter = static_cast<float>(number);
    word = 0;
    if (type == Type::f32)
      memcpy(&word, &shorter, sizeof shorter);
    else
      memcpy(&word, &number, sizeof number);
    return true;
  }
  int64_t integer = 0;
  if (napi_get_value_int64(env, value, &integer) == napi_ok) {
    word = static_cast<uint64_t>(integer);
    return true;
  }
  if (type == Type::address && address_in(env, value, word)) return true;
  bool lossless = false; // two's complement, of negative numbers as well
  return js::ok(env, napi_get_value_bigint_uint64(env, value, &word, &lossless));
}

napi_value from_word(napi_env env, uint64_t word, Type type) {
  napi_value value = nullptr;
  return js::ok(env, make(env, word, type, value)) ? value : nullptr;
}

} // namespace mortise

#endif
