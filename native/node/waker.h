// Wakes JavaScript from any thread: calls a function of it soon, once for any number of wishes at a time.
#pragma once

#include <node_api.h>

#include <mutex>

namespace mortise {

class Waker {
public:
  // On JavaScript's thread, before the first wake. False, and then wake does nothing, when Node-API refuses.
  bool open(napi_env env, napi_value function, napi_value name) {
    napi_threadsafe_function made = nullptr;
    if (napi_create_threadsafe_function(env, function, nullptr, name, 1, 1, nullptr, nullptr, nullptr,
                                        nullptr, &made) != napi_ok)
      return false;
    napi_unref_threadsafe_function(env, made); // plugins' work doesn't keep the process alive
    std::lock_guard<std::mutex> lock(mutex_);
    function_ = made;
    return true;
  }

  // Any thread.
  void wake() {
    std::lock_guard<std::mutex> lock(mutex_);
    // A full queue is fine: the call that waits there finds what is new as well.
    if (function_) napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
  }

  // Lets the JavaScript function go. Later calls of wake do nothing.
  void close() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (function_) napi_release_threadsafe_function(function_, napi_tsfn_release);
    function_ = nullptr;
  }

private:
  std::mutex mutex_;
  napi_threadsafe_function function_ = nullptr;
};

} // namespace mortise
