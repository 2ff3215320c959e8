// Something that a person should hear of.
#pragma once

#include "engines/collect/metadata.h"
#include "engines/collect/time.h"

#include <string>

namespace mortise::collect {

// The numbers are collectd's.
enum class Severity : int32_t { failure = 1, warning = 2, okay = 4 };

struct Notification {
  Severity severity;
  Time time;
  std::string message, host, plugin, plugin_instance, type, type_instance;
  Metadata metadata;
};

} // namespace mortise::collect
