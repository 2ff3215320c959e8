// A function of a plugin's that was registered, with what it is called with.
#pragma once

#include "collectd/work.h"

#include <memory>
#include <utility>

namespace mortise::collectd {

// The user data is the callback's own from now on, and freed with it.
template <typename Function> struct Callback {
  CollectdPlugin *const plugin;
  const plugin_ctx_t context;
  const Function function;
  user_data_t data;

  Callback(CollectdPlugin *plugin_, const plugin_ctx_t &context_, Function function_,
           const user_data_t *data_ = nullptr)
      : plugin(plugin_), context(context_), function(function_), data(data_ ? *data_ : user_data_t{}) {}
  ~Callback() {
    if (!data.free_func || !data.data) return;
    const Working working(plugin, context);
    data.free_func(data.data);
  }
  Callback(const Callback &) = delete;
  Callback &operator=(const Callback &) = delete;

  template <typename... Arguments> auto operator()(Arguments... arguments) {
    const Working working(plugin, context);
    return function(arguments...);
  }
};

// In the name of the plugin that the calling thread works for.
template <typename Function> auto make_callback(Function function, const user_data_t *data = nullptr) {
  const Work &here = Work::here();
  return std::make_shared<Callback<Function>>(here.plugin, here.context, function, data);
}

} // namespace mortise::collectd
