// plugin_register_* and plugin_unregister_*: handed on to the host.
#include "collectd/library/exports.h"

#include <cerrno>

namespace mortise::collectd {

#define NEEDS_HOST                                                                                           \
  Gateway *host = gateway();                                                                                 \
  if (!host) return ENOTCONN

MORTISE_EXPORT int plugin_register_config(const char *name, config_cb callback, const char **keys,
                                          int count) {
  NEEDS_HOST;
  return host->register_config(name, callback, keys, count);
}
MORTISE_EXPORT int plugin_register_complex_config(const char *name, complex_config_cb callback) {
  NEEDS_HOST;
  return host->register_complex_config(name, callback);
}
MORTISE_EXPORT int plugin_register_init(const char *name, init_cb callback) {
  NEEDS_HOST;
  return host->register_init(name, callback);
}
MORTISE_EXPORT int plugin_register_read(const char *name, simple_read_cb callback) {
  NEEDS_HOST;
  return host->register_read(name, callback);
}
MORTISE_EXPORT int plugin_register_complex_read(const char *group, const char *name, read_cb callback,
                                                cdtime_t interval, const user_data_t *data) {
  NEEDS_HOST;
  return host->register_complex_read(group, name, callback, interval, data);
}
MORTISE_EXPORT int plugin_register_write(const char *name, write_cb callback, const user_data_t *data) {
  NEEDS_HOST;
  return host->register_write(name, callback, data);
}
MORTISE_EXPORT int plugin_register_flush(const char *name, flush_cb callback, const user_data_t *data) {
  NEEDS_HOST;
  return host->register_flush(name, callback, data);
}
MORTISE_EXPORT int plugin_register_missing(const char *name, missing_cb callback, const user_data_t *data) {
  NEEDS_HOST;
  return host->register_missing(name, callback, data);
}
MORTISE_EXPORT int plugin_register_cache_event(const char *name, cache_event_cb callback,
                                               const user_data_t *data) {
  NEEDS_HOST;
  return host->register_cache_event(name, callback, data);
}
MORTISE_EXPORT int plugin_register_shutdown(const char *name, shutdown_cb callback) {
  NEEDS_HOST;
  return host->register_shutdown(name, callback);
}
MORTISE_EXPORT int plugin_register_log(const char *name, log_cb callback, const user_data_t *data) {
  NEEDS_HOST;
  return host->register_log(name, callback, data);
}
MORTISE_EXPORT int plugin_register_notification(const char *name, notification_cb callback,
                                                const user_data_t *data) {
  NEEDS_HOST;
  return host->register_notification(name, callback, data);
}
MORTISE_EXPORT int plugin_register_data_set(const data_set_t *set) {
  NEEDS_HOST;
  return host->register_data_set(set);
}
MORTISE_EXPORT int fc_register_match(const char *name, match_proc_t match) {
  NEEDS_HOST;
  return host->register_match(name, match);
}
MORTISE_EXPORT int fc_register_target(const char *name, target_proc_t target) {
  NEEDS_HOST;
  return host->register_target(name, target);
}

#define UNREGISTER(what)                                                                                     \
  MORTISE_EXPORT int plugin_unregister_##what(const char *name) {                                            \
    NEEDS_HOST;                                                                                              \
    return host->unregister(Gateway::Registered::what, name);                                                \
  }
UNREGISTER(config)
UNREGISTER(complex_config)
UNREGISTER(init)
UNREGISTER(read)
UNREGISTER(read_group)
UNREGISTER(write)
UNREGISTER(flush)
UNREGISTER(missing)
UNREGISTER(cache_event)
UNREGISTER(shutdown)
UNREGISTER(log)
UNREGISTER(notification)
UNREGISTER(data_set)

} // namespace mortise::collectd
