#include "collectd/plugin.h"

#include "collectd/work.h"

#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace mortise::collectd {
namespace {

// Of all collectd plugins that there ever were.
struct Known {
  std::shared_mutex mutex;
  std::unordered_map<const Owner *, CollectdPlugin *> plugins;
};

Known &known() {
  static Known &made = *new Known;
  return made;
}

} // namespace

CollectdPlugin::CollectdPlugin(Plugin &plugin_, std::string name_, cdtime_t interval, cdtime_t flush_interval,
                               cdtime_t flush_timeout)
    : plugin(plugin_), name(std::move(name_)),
      context{const_cast<char *>(name.c_str()), interval, flush_interval, flush_timeout} {
  const std::unique_lock lock(known().mutex);
  known().plugins[&plugin] = this;
}

void CollectdPlugin::enter(const char *entry, const std::function<void()> &step) {
  thread_local const std::function<void()> *current = nullptr;
  const auto before = std::exchange(current, &step);
  const Working working(this, context);
  plugin.run(entry, [] { (*current)(); });
  current = before;
}

Owner *work_for(Owner *owner) {
  Work &here = Work::here();
  Owner *before = here.plugin ? static_cast<Owner *>(&here.plugin->plugin) : nullptr;
  if (owner == before) return before;
  const std::shared_lock lock(known().mutex);
  const auto found = known().plugins.find(owner);
  here.plugin = found == known().plugins.end() ? nullptr : found->second;
  here.context.name = here.plugin ? here.plugin->context.name : nullptr;
  return before;
}

} // namespace mortise::collectd
