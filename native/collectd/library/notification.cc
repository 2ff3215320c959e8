// Notifications, and the facts beside them: a list that plugins walk by themselves.
#include "collectd/library/exports.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mortise::collectd {
namespace {

notification_meta_t *append(notification_t *to, const char *name, notification_meta_type_e type) {
  notification_meta_t *made = static_cast<notification_meta_t *>(calloc(1, sizeof *made));
  if (!made) return nullptr;
  sstrncpy(made->name, name, sizeof made->name);
  made->type = type;
  notification_meta_t **end = &to->meta;
  while (*end)
    end = &(*end)->next;
  return *end = made;
}

} // namespace

MORTISE_EXPORT int notification_init(notification_t *to, int severity, const char *message, const char *host,
                                     const char *plugin, const char *plugin_instance, const char *type,
                                     const char *type_instance) {
  *to = {};
  to->severity = severity;
  const auto set = [](auto &field, const char *text) {
    if (text) sstrncpy(field, text, sizeof field);
  };
  set(to->message, message);
  set(to->host, host);
  set(to->plugin, plugin);
  set(to->plugin_instance, plugin_instance);
  set(to->type, type);
  set(to->type_instance, type_instance);
  return 0;
}

MORTISE_EXPORT int plugin_notification_meta_add_string(notification_t *to, const char *name,
                                                       const char *value) {
  if (!to || !name || !value) return -1;
  char *copy = strdup(value);
  notification_meta_t *made = copy ? append(to, name, nm_string) : nullptr;
  if (!made) {
    free(copy);
    return -1;
  }
  made->value.string = copy;
  return 0;
}

template <typename Set>
static int add(notification_t *to, const char *name, notification_meta_type_e type, Set set) {
  notification_meta_t *made = to && name ? append(to, name, type) : nullptr;
  if (!made) return -1;
  set(*made);
  return 0;
}

MORTISE_EXPORT int plugin_notification_meta_add_signed_int(notification_t *to, const char *name,
                                                           int64_t value) {
  return add(to, name, nm_signed_int, [&](notification_meta_t &made) { made.value.signed_int = value; });
}
MORTISE_EXPORT int plugin_notification_meta_add_unsigned_int(notification_t *to, const char *name,
                                                             uint64_t value) {
  return add(to, name, nm_unsigned_int, [&](notification_meta_t &made) { made.value.unsigned_int = value; });
}
MORTISE_EXPORT int plugin_notification_meta_add_double(notification_t *to, const char *name, double value) {
  return add(to, name, nm_double, [&](notification_meta_t &made) { made.value.number = value; });
}
MORTISE_EXPORT int plugin_notification_meta_add_boolean(notification_t *to, const char *name, bool value) {
  return add(to, name, nm_boolean, [&](notification_meta_t &made) { made.value.boolean = value; });
}

MORTISE_EXPORT int plugin_notification_meta_copy(notification_t *to, const notification_t *from) {
  if (!to || !from) return EINVAL;
  for (const notification_meta_t *at = from->meta; at; at = at->next) {
    const int status =
        at->type == nm_string
            ? plugin_notification_meta_add_string(to, at->name, at->value.string)
            : add(to, at->name, at->type, [&](notification_meta_t &made) { made.value = at->value; });
    if (status != 0) return status;
  }
  return 0;
}

MORTISE_EXPORT int plugin_notification_meta_free(notification_meta_t *first) {
  while (first) {
    notification_meta_t *next = first->next;
    if (first->type == nm_string) free(const_cast<char *>(first->value.string));
    free(first);
    first = next;
  }
  return 0;
}

} // namespace mortise::collectd
