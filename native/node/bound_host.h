// A Host, and the way to wake the JavaScript that owns it.
#pragma once

#include "node/js.h"
#include "node/waker.h"
#include "host/plugin.h"

namespace mortise {

struct BoundHost : Host {
  using Host::Host;

  Waker waker; // holds the JavaScript host

  // Also runs when a worker is terminated and no JavaScript can run any more.
  void close() {
    while (Plugin *plugin = next_to_stop()) {
      plugin->retire(true);
      plugin->stop();
    }
    tasks.shut_down();
    files.close();
    waker.close();
  }
};

// { code, message, where?, expected, found, remedy }.
inline napi_value from_problem(napi_env env, const Problem &problem) {
  napi_value object;
  napi_create_object(env, &object);
  js::set(env, object, "code", js::from_string(env, problem.code));
  js::set(env, object, "message", js::from_string(env, problem.message));
  js::set(env, object, "where", js::from_string(env, problem.where));
  js::set(env, object, "expected", js::from_string(env, problem.expected));
  js::set(env, object, "found", js::from_string(env, problem.found));
  js::set(env, object, "remedy", js::from_string(env, problem.remedy));
  return object;
}

} // namespace mortise
