// Between the engine's values and collectd's.
#pragma once

#include "collectd/layout.h"
#include "engines/collect/identity.h"
#include "engines/collect/notification.h"
#include "engines/collect/sample.h"

#include <cstring>
#include <string_view>

namespace mortise::collectd {

// Of a field that may lack its final zero.
template <size_t size> std::string_view text_of(const char (&field)[size]) {
  return {field, strnlen(field, size)};
}

// What is too long is cut. What stood behind it stays: nobody reads it.
template <size_t size> void set(char (&field)[size], std::string_view text) {
  const size_t length = text.size() < size ? text.size() : size - 1;
  memcpy(field, text.data(), length);
  field[length] = 0;
}

// Points into the list.
inline collect::Identity identity_of(const value_list_t &list) {
  return {text_of(list.host), text_of(list.plugin), text_of(list.plugin_instance), text_of(list.type),
          text_of(list.type_instance)};
}

inline void set_identity(value_list_t &list, const collect::Identity &identity) {
  set(list.host, identity.host);
  set(list.plugin, identity.plugin);
  set(list.plugin_instance, identity.plugin_instance);
  set(list.type, identity.type);
  set(list.type_instance, identity.type_instance);
}

static_assert(sizeof(value_t) == sizeof(collect::Value), "both are eight bytes that mean the same");
inline const collect::Value *values_of(const value_list_t &list) {
  return reinterpret_cast<const collect::Value *>(list.values);
}

collect::Notification to_notification(const notification_t &from);
// `to.meta` is the caller's: give_back.
void from_notification(const collect::Notification &from, notification_t &to);
void give_back(notification_meta_t *first);

} // namespace mortise::collectd
