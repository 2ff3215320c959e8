#include "collectd/convert.h"

#include <cstdlib>

namespace mortise::collectd {
namespace {

collect::MetadataValue to_value(const notification_meta_t &meta) {
  switch (meta.type) {
  case nm_string:
    return std::string(meta.value.string ? meta.value.string : "");
  case nm_signed_int:
    return meta.value.signed_int;
  case nm_unsigned_int:
    return meta.value.unsigned_int;
  case nm_double:
    return meta.value.number;
  default:
    return meta.value.boolean;
  }
}

// In C's memory, as the library's plugin_notification_meta_free expects it.
notification_meta_t *from_value(const std::string &name, const collect::MetadataValue &value) {
  notification_meta_t *made = static_cast<notification_meta_t *>(calloc(1, sizeof *made));
  if (!made) return nullptr;
  set(made->name, name);
  if (const auto *text = std::get_if<std::string>(&value)) {
    made->type = nm_string;
    made->value.string = strdup(text->c_str());
    if (!made->value.string) {
      free(made);
      return nullptr;
    }
  } else if (const auto *number = std::get_if<int64_t>(&value)) {
    made->type = nm_signed_int;
    made->value.signed_int = *number;
  } else if (const auto *natural = std::get_if<uint64_t>(&value)) {
    made->type = nm_unsigned_int;
    made->value.unsigned_int = *natural;
  } else if (const auto *real = std::get_if<double>(&value)) {
    made->type = nm_double;
    made->value.number = *real;
  } else {
    made->type = nm_boolean;
    made->value.boolean = std::get<bool>(value);
  }
  return made;
}

} // namespace

collect::Notification to_notification(const notification_t &from) {
  collect::Notification to;
  to.severity = static_cast<collect::Severity>(from.severity);
  to.time = from.time;
  to.message = text_of(from.message);
  to.host = text_of(from.host);
  to.plugin = text_of(from.plugin);
  to.plugin_instance = text_of(from.plugin_instance);
  to.type = text_of(from.type);
  to.type_instance = text_of(from.type_instance);
  for (const notification_meta_t *meta = from.meta; meta; meta = meta->next) {
    if (to.metadata.size() >= collect::max_metadata) break;
    to.metadata.insert_or_assign(std::string(text_of(meta->name)), to_value(*meta));
  }
  return to;
}

void from_notification(const collect::Notification &from, notification_t &to) {
  to = {};
  to.severity = static_cast<int>(from.severity);
  to.time = from.time;
  set(to.message, from.message);
  set(to.host, from.host);
  set(to.plugin, from.plugin);
  set(to.plugin_instance, from.plugin_instance);
  set(to.type, from.type);
  set(to.type_instance, from.type_instance);
  notification_meta_t **end = &to.meta;
  for (const auto &[name, value] : from.metadata) {
    if (!(*end = from_value(name, value))) break;
    end = &(*end)->next;
  }
}

void give_back(notification_meta_t *first) {
  while (first) {
    notification_meta_t *next = first->next;
    if (first->type == nm_string) free(const_cast<char *>(first->value.string));
    free(first);
    first = next;
  }
}

} // namespace mortise::collectd
