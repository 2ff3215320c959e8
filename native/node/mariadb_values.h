// What calls of MariaDB's plugins take and answer.
#pragma once

#include "mariadb/mariadb.h"
#include "node/values.h"

namespace mortise::js {

// { status, messages: [{ code, severity, text }] }.
inline Napi::Object outcome(Napi::Env env, const std::vector<mariadb::Message> &messages, double status) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("status", to_number(env, status));
  result.Set("messages", to_list(env, messages, [env](const mariadb::Message &message) {
               Napi::Object entry = Napi::Object::New(env);
               entry.Set("code", to_number(env, message.code));
               entry.Set("severity", to_number(env, message.severity()));
               entry.Set("text", message.text);
               return entry;
             }));
  return result;
}

// As long as a hash of a password, or a prepared one, can be.
constexpr size_t max_mariadb_hash = 4096;

// The second argument: the index of one of a library's declarations.
inline uint32_t mariadb_index(const Napi::CallbackInfo &info) {
  const uint32_t index = number(info[1]);
  if (index < handle<mariadb::Library>(info[0]).declarations.size()) return index;
  throw Napi::RangeError::New(info.Env(), "mortise: the library has no such declaration");
}

// What a declaration of that index says about its type.
template <typename Info> const Info &mariadb_info(const Napi::CallbackInfo &info) {
  return *static_cast<const Info *>(
      handle<mariadb::Library>(info[0]).declarations[mariadb_index(info)]->info);
}

} // namespace mortise::js
