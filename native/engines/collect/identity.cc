#include "engines/collect/identity.h"
#include "engines/collect/key.h"

namespace mortise::collect {

uint64_t Identity::hash() const {
  return Key(*this).hash();
}

bool Identity::operator==(const Identity &other) const {
  return host == other.host && plugin == other.plugin && plugin_instance == other.plugin_instance &&
         type == other.type && type_instance == other.type_instance;
}

std::string Identity::text() const {
  std::string text;
  text.reserve(host.size() + plugin.size() + plugin_instance.size() + type.size() + type_instance.size() + 4);
  text.append(host).append("/").append(plugin);
  if (!plugin_instance.empty()) text.append("-").append(plugin_instance);
  text.append("/").append(type);
  if (!type_instance.empty()) text.append("-").append(type_instance);
  return text;
}

bool Identity::parse(std::string_view text, Identity &identity) {
  const size_t first = text.find('/');
  const size_t next = first == text.npos ? text.npos : text.find('/', first + 1);
  if (next == text.npos) return false;
  const auto part = [](std::string_view both, std::string_view &name, std::string_view &instance) {
    const size_t dash = both.find('-');
    name = both.substr(0, dash);
    instance = dash == both.npos ? std::string_view() : both.substr(dash + 1);
    return !name.empty();
  };
  identity.host = text.substr(0, first);
  return !identity.host.empty() &&
         part(text.substr(first + 1, next - first - 1), identity.plugin, identity.plugin_instance) &&
         part(text.substr(next + 1), identity.type, identity.type_instance);
}

} // namespace mortise::collect
