// Arguments and answers of the cold bindings, through node-addon-api: it looks at the status of every call and throws,
// and what is thrown ends as an exception of JavaScript. The hot calls use plain Node-API (js.h), which costs a third
// less a call.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

namespace mortise::js {

// What a handle that this addon made points to.
template <typename T> T &handle(const Napi::Value &value) {
  T *pointer = value.IsExternal() ? value.As<Napi::External<T>>().Data() : nullptr;
  if (!pointer) throw Napi::TypeError::New(value.Env(), "mortise: not a handle of the native addon");
  return *pointer;
}

template <typename T> Napi::Value to_handle(Napi::Env env, T *pointer) {
  return Napi::External<T>::New(env, pointer);
}

// An address as JavaScript carries it: a bigint; null when there is none.
template <typename Pointer> Pointer address(const Napi::Value &value) {
  if (value.IsUndefined() || value.IsNull()) return nullptr;
  bool lossless = false;
  const uint64_t bits = value.As<Napi::BigInt>().Uint64Value(&lossless);
  return lossless ? reinterpret_cast<Pointer>(static_cast<uintptr_t>(bits)) : nullptr;
}

inline Napi::Value to_address(Napi::Env env, const void *pointer) {
  return Napi::BigInt::New(env, static_cast<uint64_t>(reinterpret_cast<uintptr_t>(pointer)));
}

// Empty when it was left out.
inline std::string text(const Napi::Value &value) {
  return value.IsUndefined() || value.IsNull() ? std::string() : value.As<Napi::String>().Utf8Value();
}

// False when it was left out.
inline bool flag(const Napi::Value &value) {
  return value.ToBoolean();
}

inline uint32_t number(const Napi::Value &value) {
  return value.As<Napi::Number>().Uint32Value();
}

inline Napi::Value to_number(Napi::Env env, double number) {
  return Napi::Number::New(env, number);
}

// Rounded beyond 2^53.
inline Napi::Value to_count(Napi::Env env, uint64_t count) {
  return to_number(env, static_cast<double>(count));
}

inline Napi::Value to_text(Napi::Env env, const std::string &text) {
  return Napi::String::New(env, text);
}

// A JavaScript array of what `make(item)` makes of each item.
template <typename List, typename Make> Napi::Array to_list(Napi::Env env, const List &list, Make make) {
  Napi::Array array = Napi::Array::New(env, list.size());
  uint32_t index = 0;
  for (const auto &item : list) {
    const Napi::HandleScope scope(env);
    array.Set(index++, make(item));
  }
  return array;
}

template <auto callback> void define(Napi::Object exports, const char *name) {
  exports.Set(name, Napi::Function::New<callback>(exports.Env(), name));
}

} // namespace mortise::js
