// Which services there are, who provides them, and who holds leases of them.
#pragma once

#include <mortise/mortise.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mortise {

struct Plugin;

// A service name: dotted lower-case words, at most 63 bytes.
bool is_service_name(const std::string &name);

// One per host, correct from any thread. Two hosts in one process don't see each other's plugins.
class ServiceRegistry {
public:
  struct Service {
    std::string name;
    uint32_t version;
    const void *table;
    Plugin *provider; // null: the host itself
    std::map<Plugin *, uint32_t> leases;
  };

  // What went wrong, for a person; empty when nothing did.
  std::string add(Plugin *provider, const std::string &name, uint32_t version, const void *table);
  std::string remove(Plugin *provider, const void *table);

  // The first provider of the same major and at least the same minor; counts a lease of `user`.
  const void *acquire(Plugin *user, const std::string &name, uint32_t version);
  bool release(Plugin *user, const void *table);
  // All leases of a plugin that stops.
  void release_all(Plugin *user);
  // All services of a plugin that stops, whoever still holds leases.
  void remove_all(Plugin *provider);

  // A copy, in the order of registration.
  std::vector<Service> list();

private:
  std::mutex mutex_;
  std::vector<Service> services_;
};

} // namespace mortise
