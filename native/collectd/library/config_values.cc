// cf_util_*: one option's only value, of the type that the plugin wants.
#include "collectd/library/exports.h"
#include "collectd/library/ports.h"

#include <cerrno>
#include <cstdlib>
#include <cmath>
#include <cstring>
#include <string>
#include <strings.h>

namespace mortise::collectd {
namespace {

const oconfig_value_t *only_value(const oconfig_item_t *item, bool (*fits)(int type), const char *wanted) {
  if (item->values_num == 1 && fits(item->values[0].type)) return &item->values[0];
  daemon_log(log_error, "The %s option requires exactly one %s argument.", item->key, wanted);
  return nullptr;
}

const char *text_of(const oconfig_item_t *item) {
  const auto *value = only_value(item, [](int type) { return type == oconfig_string; }, "string");
  return value ? value->value.string : nullptr;
}

const double *number_of(const oconfig_item_t *item) {
  const auto *value = only_value(item, [](int type) { return type == oconfig_number; }, "numeric");
  return value ? &value->value.number : nullptr;
}

bool is_one_of(const char *text, const char *a, const char *b, const char *c) {
  return strcasecmp(text, a) == 0 || strcasecmp(text, b) == 0 || strcasecmp(text, c) == 0;
}

int port_of(const oconfig_item_t *item, double number) {
  const int port = number > -1 && number < 65537 ? static_cast<int>(number + 0.5) : 0;
  if (port >= 1 && port <= 65535) return port;
  daemon_log(log_error, "The given port number is out of range (%i: %s).", port, item->key);
  return -1;
}

} // namespace

// A copy for the caller to free, in place of what stood there.
MORTISE_EXPORT int cf_util_get_string(const oconfig_item_t *item, char **to) {
  const char *text = text_of(item);
  if (!text) return -1;
  char *copy = strdup(text);
  if (!copy) return -1;
  free(*to);
  *to = copy;
  return 0;
}

MORTISE_EXPORT int cf_util_get_string_buffer(const oconfig_item_t *item, char *to, size_t size) {
  if (!item || !to || size < 1) return EINVAL;
  const char *text = text_of(item);
  if (!text) return -1;
  sstrncpy(to, text, size);
  return 0;
}

MORTISE_EXPORT int cf_util_get_int(const oconfig_item_t *item, int *to) {
  if (!item || !to) return EINVAL;
  const double *number = number_of(item);
  if (!number) return -1;
  *to = static_cast<int>(*number);
  return 0;
}

MORTISE_EXPORT int cf_util_get_double(const oconfig_item_t *item, double *to) {
  if (!item || !to) return EINVAL;
  const double *number = number_of(item);
  if (!number) return -1;
  *to = *number;
  return 0;
}

// Quoted "true" and the like count, with a warning.
MORTISE_EXPORT int cf_util_get_boolean(const oconfig_item_t *item, bool *to) {
  if (!item || !to) return EINVAL;
  const auto *value =
      only_value(item, [](int type) { return type == oconfig_boolean || type == oconfig_string; }, "boolean");
  if (!value) return -1;
  if (value->type == oconfig_boolean) {
    *to = value->value.boolean != 0;
    return 0;
  }
  const char *text = value->value.string;
  const bool yes = is_one_of(text, "true", "yes", "on");
  if (!yes && !is_one_of(text, "false", "no", "off")) {
    daemon_log(log_error, "Cannot parse string value `%s' of the `%s' option as a boolean value.", text,
               item->key);
    return -1;
  }
  daemon_log(log_warning, "The `%s' option has a string for a boolean. Use true or false without quotes.",
             item->key);
  *to = yes;
  return 0;
}

MORTISE_EXPORT int cf_util_get_flag(const oconfig_item_t *item, unsigned int *to, unsigned int flag) {
  if (!item || !to) return EINVAL;
  bool is = false;
  const int status = cf_util_get_boolean(item, &is);
  if (status != 0) return status;
  *to = is ? *to | flag : *to & ~flag;
  return 0;
}

MORTISE_EXPORT int cf_util_get_port_number(const oconfig_item_t *item) {
  const auto *value =
      only_value(item, [](int type) { return type == oconfig_string || type == oconfig_number; }, "string");
  if (!value) return -1;
  return value->type == oconfig_string ? port_number(value->value.string)
                                       : port_of(item, value->value.number);
}

// A name, or a port as text.
MORTISE_EXPORT int cf_util_get_service(const oconfig_item_t *item, char **to) {
  if (item->values_num != 1) {
    daemon_log(log_error, "The %s option requires exactly one argument.", item->key);
    return -1;
  }
  if (item->values[0].type == oconfig_string) return cf_util_get_string(item, to);
  const double *number = number_of(item);
  const int port = number ? port_of(item, std::trunc(*number)) : -1;
  if (port < 0) return -1;
  free(*to);
  *to = strdup(std::to_string(port).c_str());
  return *to ? 0 : -1;
}

// Seconds.
MORTISE_EXPORT int cf_util_get_cdtime(const oconfig_item_t *item, cdtime_t *to) {
  if (!item || !to) return EINVAL;
  const double *number = number_of(item);
  if (!number) return -1;
  if (!(*number >= 0)) {
    daemon_log(log_error, "The numeric value of the %s option must not be negative.", item->key);
    return -1;
  }
  *to = static_cast<cdtime_t>(*number * static_cast<double>(one_second));
  return 0;
}

} // namespace mortise::collectd
