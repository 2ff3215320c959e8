// What a series of values is called: host/plugin-instance/type-instance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mortise::collect {

// Text of somebody else's. Instances may be empty.
struct Identity {
  std::string_view host, plugin, plugin_instance, type, type_instance;

  uint64_t hash() const;
  bool operator==(const Identity &other) const;
  // "host/plugin-instance/type-instance"; an empty instance and its dash are left out.
  std::string text() const;
  // The parts of such a text, which must outlive the answer. False when it isn't one. The first dash ends a plugin's
  // or a type's name, as with collectd.
  static bool parse(std::string_view text, Identity &identity);
};

} // namespace mortise::collect
