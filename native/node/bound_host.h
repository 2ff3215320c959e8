// A Host, and the way to wake the JavaScript that owns it.
#pragma once

#include "node/collect_requests.h"
#include "node/values.h"
#include "node/waker.h"
#include "host/plugin.h"

namespace mortise {

struct BoundHost : Host {
  using Host::Host;

  Waker waker; // holds the JavaScript host
  Waker collect_waker;
  const std::shared_ptr<CollectRequests> collect_requests = std::make_shared<CollectRequests>();

  // Also runs when a worker is terminated and no JavaScript can run any more.
  void close() {
    collect_requests->close();
    if (collect::Collector *collector = collecting.made()) collector->shut_down(std::chrono::seconds(5));
    while (Plugin *plugin = next_to_stop()) {
      plugin->retire(true);
      plugin->stop();
    }
    tasks.shut_down();
    sql.set_parser(nullptr);
    services.clear();
    files.close();
    log.close();
    waker.close();
    collect_waker.close();
  }
};

// { code, message, where?, expected, found, remedy }.
inline Napi::Object to_problem(Napi::Env env, const Problem &problem) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", problem.code);
  object.Set("message", problem.message);
  object.Set("where", problem.where);
  object.Set("expected", problem.expected);
  object.Set("found", problem.found);
  object.Set("remedy", problem.remedy);
  return object;
}

} // namespace mortise
