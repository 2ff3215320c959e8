// One loaded collectd plugin.
#pragma once

#include "collectd/layout.h"
#include "host/plugin.h"

#include <functional>
#include <string>

namespace mortise::collectd {

// Lives until the process ends, as its library does.
struct CollectdPlugin {
  // `name` is LoadPlugin's; times may be 0: the collector's interval, and no flush by age.
  CollectdPlugin(Plugin &plugin, std::string name, cdtime_t interval, cdtime_t flush_interval,
                 cdtime_t flush_timeout);
  CollectdPlugin(const CollectdPlugin &) = delete;
  CollectdPlugin &operator=(const CollectdPlugin &) = delete;

  Plugin &plugin; // whose log it is, and who owns what it registers
  const std::string name;
  plugin_ctx_t context; // what its threads begin with

  // On the main thread: the process says that it is in `entry` of this plugin while `step` runs. `entry` must be a
  // constant.
  void enter(const char *entry, const std::function<void()> &step);
};

// The calling thread works for another plugin from now on, with the times that it has; gives the one before. Null:
// for none.
Owner *work_for(Owner *plugin);

} // namespace mortise::collectd
