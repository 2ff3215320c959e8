// What a thread does for a collectd plugin.
#pragma once

#include "collectd/layout.h"
#include "engines/collect/sample.h"

namespace mortise::collectd {

struct CollectdPlugin;

struct Work {
  CollectdPlugin *plugin = nullptr; // null on threads that plugins made by themselves
  plugin_ctx_t context = {};
  // Inside a write callback: the sample that is written, and as what the plugin has it.
  const collect::Sample *sample = nullptr;
  const value_list_t *list = nullptr;
  bool is_logging = false;

  // The calling thread's.
  static Work &here() {
    thread_local Work work;
    return work;
  }
};

// Every call into a plugin stands inside one: the thread works for that plugin meanwhile.
class Working {
public:
  Working(CollectdPlugin *plugin, const plugin_ctx_t &context) : before_(Work::here()) {
    Work::here() = {plugin, context, nullptr, nullptr, before_.is_logging};
  }
  ~Working() { Work::here() = before_; }
  Working(const Working &) = delete;
  Working &operator=(const Working &) = delete;

private:
  const Work before_;
};

} // namespace mortise::collectd
