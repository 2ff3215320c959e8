// Which services there are, who provides them, and who holds leases of them.
#pragma once

#include "engines/problems.h"

#include <mortise/mortise.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mortise {

struct Owner;

// A service name: dotted lower-case words, at most 63 bytes.
bool is_service_name(const std::string &name);
// "1.4"
std::string version_text(uint32_t version);
// Same major, and at least the minor that is wanted.
inline bool version_fits(uint32_t provided, uint32_t wanted) {
  return provided >> 16 == wanted >> 16 && provided >= wanted;
}

// Correct from any thread. One per host, not one per process: each host loads its own private copy of a
// plugin, with its own configuration and its own end, so a table that crossed over to another host's plugin
// would go away under it. Hosts of several worker_threads, likewise, must not find each other's plugins.
class ServiceRegistry {
public:
  // What a lease came from: a cell in the plugin's file, which only the host fills and empties, or a call.
  enum class Lease { cell, asked };
  struct Leases {
    uint32_t cells = 0, asked = 0;
  };

  // What is to be provided.
  struct Offer {
    std::string name;
    uint32_t version;
    const void *table;
    std::string signature = {}; // empty: unstated
  };

  // What somebody asks for: that name and major, at least that minor, and the same functions.
  struct Wanted {
    std::string name;
    uint32_t version;
    std::string signature = {}; // empty: any
  };

  struct Service : Offer {
    Service(Offer offer, Owner *owner, bool is_open)
        : Offer(std::move(offer)), provider(owner), open(is_open) {}

    Owner *provider; // null: the host itself
    std::map<Owner *, Leases> leases;
    bool open; // others than the provider can have it

    bool fits(const Wanted &wanted) const;
  };

  // What went wrong, for a person; empty when nothing did. `problem`, when given, says it as fields.
  // A service that isn't `open` is its provider's alone until open_all.
  std::string add(Owner *provider, Offer offer, Problem *problem = nullptr, bool open = true);
  std::string remove(Owner *provider, const void *table, Problem *problem = nullptr);

  // The first provider that fits; counts a lease of `user`.
  const void *acquire(Owner *user, const Wanted &wanted, Lease lease = Lease::asked);
  // The same of a table that `list` showed; false when others can't have it any more.
  bool acquire(Owner *user, const void *table);
  // False when the user holds no lease of that kind.
  bool release(Owner *user, const void *table, Lease lease = Lease::asked);
  // All leases of a plugin that stops.
  void release_all(Owner *user);
  // All services of a plugin that stops, whoever still holds leases.
  void remove_all(Owner *provider);

  // Lets others have the services of a plugin that is ready; those that weren't open yet.
  std::vector<Service> open_all(Owner *provider);
  // Nobody gets a new lease of the provider's services, unless other plugins still hold some: then their names. With
  // `always` nobody does in any case.
  std::vector<std::string> close_all(Owner *provider, bool always = false);

  // Of a host that is closed: nobody finds one any more, and what they took is given back.
  void clear();

  // A copy, in the order of registration.
  std::vector<Service> list();

private:
  std::string refuse(Problem refusal, Problem *problem);

  std::mutex mutex_;
  std::vector<Service> services_;
};

} // namespace mortise
