// host/plugin-instance/type-instance, to text and back.
#include "collectd/library/exports.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace mortise::collectd {
namespace {

const char *or_empty(const char *text) {
  return text ? text : "";
}

// "NAME-INSTANCE": the first dash parts them.
void split(std::string text, std::string &name, std::string &instance) {
  const size_t dash = text.find('-');
  instance = dash == std::string::npos ? "" : text.substr(dash + 1);
  name = text.substr(0, dash);
}

} // namespace

// ENOBUFS when it doesn't fit.
MORTISE_EXPORT int format_name(char *to, int size, const char *host, const char *plugin,
                               const char *plugin_instance, const char *type, const char *type_instance) {
  if (size <= 0) return ENOBUFS;
  const char *of_plugin = or_empty(plugin_instance), *of_type = or_empty(type_instance);
  const int length =
      snprintf(to, static_cast<size_t>(size), "%s/%s%s%s/%s%s%s", or_empty(host), or_empty(plugin),
               *of_plugin ? "-" : "", of_plugin, or_empty(type), *of_type ? "-" : "", of_type);
  return length >= 0 && length < size ? 0 : ENOBUFS;
}

MORTISE_EXPORT int parse_identifier_vl(const char *text, value_list_t *list) {
  if (!text || !list) return EINVAL;
  const char *plugin = strchr(text, '/');
  const char *type = plugin ? strchr(plugin + 1, '/') : nullptr;
  if (!type) return -1;
  std::string name, instance;
  sstrncpy(list->host, std::string(text, plugin).c_str(), sizeof list->host);
  split(std::string(plugin + 1, type), name, instance);
  sstrncpy(list->plugin, name.c_str(), sizeof list->plugin);
  sstrncpy(list->plugin_instance, instance.c_str(), sizeof list->plugin_instance);
  split(type + 1, name, instance);
  sstrncpy(list->type, name.c_str(), sizeof list->type);
  sstrncpy(list->type_instance, instance.c_str(), sizeof list->type_instance);
  return 0;
}

} // namespace mortise::collectd
