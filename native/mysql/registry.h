// The services that the components of one host find: names such as `service.implementation`, each with its table, and
// for every service one implementation that who asks for no other gets.
#pragma once

#include "host/plugin.h"
#include "mysql/functions.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mortise::mysql {

struct Library;

// Safe on any thread.
class Registry {
public:
  // The host's, made with its first component. Null when too many hosts of this process have components: a table has
  // no room for whose it is, so that each registry has tables of its own, and there is a number of them.
  static Registry *join(Host &host);
  // Counts down what `join` counted up; after the last another host may have its tables.
  void leave();

  // Each gives false where there is no such thing, or it can't be done.
  bool acquire(const std::string &name, void **table);
  // The implementation of the same component that `beside` is of.
  bool acquire_related(const std::string &service, const void *beside, void **table);
  bool release(const void *table);
  bool add(const std::string &name, void *table, Library *owner);
  // `always` even while others use it.
  bool remove(const std::string &name, bool always = false);
  bool set_default(const std::string &name);

  // Full names, in order; that of a service's default is there twice. From `start` on; empty when that isn't there.
  std::vector<std::string> names(const std::string &start);
  // Who uses what a component provides: names of plugins.
  std::vector<std::string> users_of(const Library &library);
  // What a component still uses is given back; what it registered is taken out.
  void forget(const Library &library);

  // Tells who listens that a component's services came, or are about to go.
  void notify(const char *service, const std::vector<std::string> &names);

  Functions functions;

private:
  struct Implementation {
    std::string name;
    std::string service;
    void *table;
    Library *owner; // null: the host's own
    std::map<const Library *, size_t> users;
  };

  explicit Registry(Host &host, size_t slot);
  Implementation *with(const void *table);
  bool acquire_locked(const std::string &name, void **table);
  bool remove_locked(const std::string &name, bool always);

  Host &host_;
  const size_t slot_;
  size_t joined_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Implementation>> implementations_;
  // Services and implementations.
  std::map<std::string, Implementation *> names_;
};

} // namespace mortise::mysql
