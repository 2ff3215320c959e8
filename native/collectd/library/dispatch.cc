// Values and notifications on their way to the host.
#include "collectd/library/exports.h"

#include <cerrno>
#include <cmath>
#include <cstdarg>
#include <cstring>
#include <vector>

namespace mortise::collectd {

MORTISE_EXPORT int plugin_dispatch_values(const value_list_t *list) {
  Gateway *host = gateway();
  if (!host) return ENOTCONN;
  return list ? host->dispatch(list) : EINVAL;
}

// Type instances and values in turn, up to a null: all with the same time, or as percentages of their sum. Answers how
// many weren't taken.
MORTISE_EXPORT int plugin_dispatch_multivalue(const value_list_t *list, bool percent, int type, ...) {
  struct Part {
    const char *instance;
    value_t value;
  };
  std::vector<Part> parts;
  double sum = 0;
  va_list arguments;
  va_start(arguments, type);
  while (const char *instance = va_arg(arguments, const char *)) {
    Part part = {instance, {}};
    double number = 0;
    switch (type) {
    case ds_gauge:
      number = part.value.gauge = va_arg(arguments, double);
      break;
    case ds_absolute:
      number = static_cast<double>(part.value.absolute = va_arg(arguments, uint64_t));
      break;
    case ds_derive:
      number = static_cast<double>(part.value.derive = va_arg(arguments, int64_t));
      break;
    case ds_counter:
      number = static_cast<double>(part.value.counter = va_arg(arguments, unsigned long long));
      break;
    default:
      plugin_log(log_error, "plugin_dispatch_multivalue: given store_type is incorrect.");
      va_end(arguments);
      return -1;
    }
    if (percent) part.value.gauge = number;
    if (!std::isnan(number)) sum += number;
    parts.push_back(part);
  }
  va_end(arguments);

  value_list_t one = *list;
  if (one.time == 0) one.time = cdtime();
  if (percent) sstrncpy(one.type, "percent", sizeof one.type);
  int failed = 0;
  for (Part &part : parts) {
    if (percent) part.value.gauge *= sum != 0 ? 100.0 / sum : NAN;
    one.values = &part.value;
    one.values_len = 1;
    sstrncpy(one.type_instance, part.instance, sizeof one.type_instance);
    if (plugin_dispatch_values(&one) != 0) failed++;
  }
  return failed;
}

MORTISE_EXPORT int plugin_dispatch_notification(const notification_t *notification) {
  Gateway *host = gateway();
  if (!host) return ENOTCONN;
  return notification ? host->notify(notification) : EINVAL;
}

// To one writer, or to all: past filters and cache.
MORTISE_EXPORT int plugin_write(const char *writer, const data_set_t *set, const value_list_t *list) {
  Gateway *host = gateway();
  if (!host) return ENOTCONN;
  return list ? host->write(writer, set, list) : EINVAL;
}

MORTISE_EXPORT int plugin_flush(const char *plugin, cdtime_t timeout, const char *identifier) {
  Gateway *host = gateway();
  return host ? host->flush(plugin, timeout, identifier) : ENOTCONN;
}

MORTISE_EXPORT const data_set_t *plugin_get_ds(const char *type) {
  Gateway *host = gateway();
  return host && type ? host->data_set(type) : nullptr;
}

} // namespace mortise::collectd
