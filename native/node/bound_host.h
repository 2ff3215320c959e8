// A Host, and the way to wake the JavaScript that owns it.
#pragma once

#include "node/js.h"
#include "host/plugin.h"

#include <mutex>

namespace mortise {

struct BoundHost : Host {
  using Host::Host;

  std::mutex waker_mutex;
  napi_threadsafe_function waker = nullptr;

  void wake() {
    std::lock_guard<std::mutex> lock(waker_mutex);
    // A full queue is fine: the call that waits there finds what is new as well.
    if (waker) napi_call_threadsafe_function(waker, nullptr, napi_tsfn_nonblocking);
  }

  // Also runs when a worker is terminated and no JavaScript can run any more.
  void close() {
    while (Plugin *plugin = next_to_stop()) {
      plugin->retire(true);
      plugin->stop();
    }
    tasks.shut_down();
    files.close();
    std::lock_guard<std::mutex> lock(waker_mutex);
    // It holds the JavaScript host.
    if (waker) napi_release_threadsafe_function(waker, napi_tsfn_release);
    waker = nullptr;
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
