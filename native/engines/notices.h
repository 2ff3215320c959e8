// Who is told of services that come and go.
#pragma once

#include "engines/registry.h"

#include <mortise/registry.h>

#include <mutex>
#include <string>
#include <vector>

namespace mortise {

class Notices {
public:
  // What went wrong, for a person; empty when nothing did.
  std::string subscribe(Owner *plugin, const std::string &name, uint32_t version,
                        mortise_notice_function function, void *context);
  bool unsubscribe(const Owner *plugin, mortise_notice_function function, void *context);
  // All of a plugin that stops.
  void forget(const Owner *plugin);

  // Tells all subscribers but the provider, on the calling thread, which is the main one. Those who let a
  // service go that is going lose their wanting cells of it.
  // With `only`, that plugin alone is told.
  void tell(int32_t event, const ServiceRegistry::Service &service, const Owner *only = nullptr);

private:
  static constexpr size_t max = 256; // of one plugin

  struct Subscription {
    uint64_t serial;
    Owner *owner;
    std::string name;
    uint32_t version;
    mortise_notice_function function;
    void *context;
  };

  bool still_has(uint64_t serial);

  std::mutex mutex_;
  uint64_t next_serial_ = 0;
  std::vector<Subscription> subscriptions_;
};

} // namespace mortise
