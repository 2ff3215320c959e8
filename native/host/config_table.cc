// mortise.config, which is also mortise_host.config.
#include "host/host_table.h"
#include "host/plugin.h"

namespace mortise {
namespace {

const mortise_value *find(const mortise_host *host, mortise_text path) {
  return Plugin::of(host)->config.find(path);
}

void refuse(const mortise_host *host, mortise_text path, mortise_text rule) {
  Plugin *plugin = Plugin::of(host);
  if (plugin->may("mortise.config.refuse", Tag::entry))
    plugin->config.refuse(string_of(path), string_of(rule));
}

const mortise_value *find_in(const mortise_host *host, const mortise_value *value, mortise_text path) {
  return Plugin::of(host)->config.find_in(value, path);
}

void refuse_in(const mortise_host *host, const mortise_value *value, mortise_text path, mortise_text rule) {
  Plugin *plugin = Plugin::of(host);
  if (!plugin->may("mortise.config.refuse_in", Tag::entry)) return;
  std::string place = plugin->config.path_of(value), rest = string_of(path);
  if (!place.empty() && !rest.empty() && rest[0] != '[') place += '.';
  plugin->config.refuse(place + rest, string_of(rule));
}

} // namespace

const mortise_config_v1 config_table = {sizeof(mortise_config), 0, find, refuse, find_in, refuse_in};

} // namespace mortise
