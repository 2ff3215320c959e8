#include "mysql/registry.h"

#include "mysql/library.h"
#include "mysql/services.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

namespace mortise::mysql {
namespace {

constexpr size_t max_registries = 32;
std::mutex slots_mutex;
std::array<std::atomic<Registry *>, max_registries> slots = {};
size_t last_slot = max_registries - 1;

// A snapshot: what is registered meanwhile isn't seen, and nothing is locked.
struct Iterator {
  std::vector<std::string> names;
  size_t at = 0;
};

const Iterator *at_name(const void *iterator) {
  const auto *found = static_cast<const Iterator *>(iterator);
  return found && found->at < found->names.size() ? found : nullptr;
}

// As a component calls them: 0 is success. `slot` stands for the registry, which no argument says.
template <size_t slot> struct Calls {
  // Null once its host is gone: a thread that a component left behind may still ask.
  static Registry *registry() { return slots[slot]; }

  static int acquire(const char *name, void **table) {
    Registry *own = registry();
    return !(own && name && table && own->acquire(name, table));
  }
  static int acquire_related(const char *service, void *beside, void **table) {
    Registry *own = registry();
    return !(own && service && table && own->acquire_related(service, beside, table));
  }
  static int release(void *table) {
    Registry *own = registry();
    return !(own && own->release(table));
  }

  static int add(const char *name, void *table) {
    Registry *own = registry();
    return !(own && name && own->add(name, table, Calling::library()));
  }
  static int remove(const char *name) {
    Registry *own = registry();
    return !(own && name && own->remove(name));
  }
  static int set_default(const char *name) {
    Registry *own = registry();
    return !(own && name && own->set_default(name));
  }

  static int create(const char *start, void **iterator) {
    Registry *own = registry();
    if (!own || !iterator) return 1;
    auto names = own->names(start ? start : "");
    if (names.empty()) return 1;
    *iterator = new Iterator{std::move(names)};
    return 0;
  }
};

int iterator_get(void *iterator, const char **name) {
  const Iterator *found = at_name(iterator);
  if (!found || !name) return 1;
  *name = found->names[found->at].c_str();
  return 0;
}

int iterator_next(void *iterator) {
  if (!at_name(iterator)) return 1;
  static_cast<Iterator *>(iterator)->at++;
  return !at_name(iterator);
}

int iterator_is_valid(void *iterator) {
  return !at_name(iterator);
}

void iterator_release(void *iterator) {
  delete static_cast<Iterator *>(iterator);
}

struct Tables {
  const void *registry[3];
  const void *registration[3];
  const void *query[5];
};

template <size_t slot> Tables tables_of() {
  using Of = Calls<slot>;
  return {{entry(Of::acquire), entry(Of::acquire_related), entry(Of::release)},
          {entry(Of::add), entry(Of::remove), entry(Of::set_default)},
          {entry(Of::create), entry(iterator_get), entry(iterator_next), entry(iterator_is_valid),
           entry(iterator_release)}};
}

template <size_t... all> std::array<Tables, sizeof...(all)> all_tables(std::index_sequence<all...>) {
  return {{tables_of<all>()...}};
}

Tables &tables(size_t slot) {
  static auto all = all_tables(std::make_index_sequence<max_registries>());
  return all[slot];
}

std::string service_of(const std::string &name) {
  return name.substr(0, name.find('.'));
}

} // namespace

Registry *Registry::join(Host &host) {
  const std::lock_guard<std::mutex> lock(slots_mutex);
  for (Registry *one : slots) {
    if (!one || &one->host_ != &host) continue;
    one->joined_++;
    return one;
  }
  // The one that is free longest: what a component left behind still has the tables of its own.
  for (size_t i = 1; i <= max_registries; i++) {
    const size_t slot = (last_slot + i) % max_registries;
    if (slots[slot]) continue;
    auto *made = new Registry(host, slot);
    made->joined_ = 1;
    slots[slot] = made;
    last_slot = slot;
    return made;
  }
  return nullptr;
}

void Registry::leave() {
  const std::lock_guard<std::mutex> lock(slots_mutex);
  if (--joined_ > 0) return;
  // A thread that a component left behind may still be in here: the memory stays.
  slots[slot_] = nullptr;
}

Registry::Registry(Host &host, size_t slot) : host_(host), slot_(slot) {
  Tables &own = tables(slot);
  const std::string suffix = ".mysql_minimal_chassis";
  add("registry" + suffix, own.registry, nullptr);
  add("registry_registration" + suffix, own.registration, nullptr);
  add("registry_query" + suffix, own.query, nullptr);
  for (size_t i = 0; i < service_count; i++)
    add(std::string(services[i].name) + ".mysql_server", const_cast<void *>(services[i].table), nullptr);
}

Registry::Implementation *Registry::with(const void *table) {
  for (const auto &one : implementations_)
    if (one.second->table == table) return one.second.get();
  return nullptr;
}

bool Registry::acquire_locked(const std::string &name, void **table) {
  const auto found = names_.find(name);
  if (found == names_.end()) return false;
  found->second->users[Calling::library()]++;
  *table = found->second->table;
  return true;
}

bool Registry::acquire(const std::string &name, void **table) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return acquire_locked(name, table);
}

bool Registry::acquire_related(const std::string &service, const void *beside, void **table) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Implementation *other = with(beside);
  if (!other || service.find('.') != std::string::npos) return false;
  return acquire_locked(service + other->name.substr(other->service.size()), table);
}

bool Registry::release(const void *table) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Implementation *found = with(table);
  if (!found || found->users.empty()) return false;
  // A component may give back on one thread what it got on another.
  auto user = found->users.find(Calling::library());
  if (user == found->users.end()) user = found->users.begin();
  if (--user->second == 0) found->users.erase(user);
  return true;
}

bool Registry::add(const std::string &name, void *table, Library *owner) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string service = service_of(name);
  if (!table || service.empty() || service.size() + 1 >= name.size() || names_.count(name)) return false;
  auto added = std::make_unique<Implementation>(Implementation{name, service, table, owner, {}});
  names_.emplace(name, added.get());
  names_.emplace(service, added.get()); // unless it has a default
  implementations_.emplace(name, std::move(added));
  return true;
}

bool Registry::remove_locked(const std::string &name, bool always) {
  const auto found = implementations_.find(name);
  if (found == implementations_.end() || (!always && !found->second->users.empty())) return false;
  const std::unique_ptr<Implementation> gone = std::move(found->second);
  implementations_.erase(found);
  names_.erase(name);
  const auto standard = names_.find(gone->service);
  if (standard == names_.end() || standard->second != gone.get()) return true;
  names_.erase(standard);
  // Any other becomes the default.
  const auto next = names_.lower_bound(gone->service + ".");
  if (next != names_.end() && next->second->service == gone->service)
    names_.emplace(gone->service, next->second);
  return true;
}

bool Registry::remove(const std::string &name, bool always) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return remove_locked(name, always);
}

bool Registry::set_default(const std::string &name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = implementations_.find(name);
  if (found == implementations_.end()) return false;
  names_[found->second->service] = found->second.get();
  return true;
}

std::vector<std::string> Registry::names(const std::string &start) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto at = start.empty() ? names_.begin() : names_.find(start);
  std::vector<std::string> found;
  for (; at != names_.end(); at++)
    found.push_back(at->second->name);
  return found;
}

std::vector<std::string> Registry::users_of(const Library &library) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> found;
  for (const auto &one : implementations_) {
    if (one.second->owner != &library) continue;
    for (const auto &user : one.second->users) {
      if (user.first == &library) continue;
      const std::string name = user.first ? user.first->plugin.name : "a thread of a component";
      if (std::find(found.begin(), found.end(), name) == found.end()) found.push_back(name);
    }
  }
  return found;
}

void Registry::forget(const Library &library) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> own;
  for (const auto &one : implementations_) {
    one.second->users.erase(&library);
    if (one.second->owner == &library) own.push_back(one.first);
  }
  for (const std::string &name : own)
    remove_locked(name, true);
}

void Registry::notify(const char *service, const std::vector<std::string> &names) {
  void *table = nullptr;
  if (names.empty() || !acquire(service, &table)) return;
  std::vector<const char *> list;
  for (const std::string &name : names)
    list.push_back(name.c_str());
  struct Notification {
    int (*notify)(const char **services, unsigned count);
  };
  static_cast<const Notification *>(table)->notify(list.data(), static_cast<unsigned>(list.size()));
  release(table);
}

} // namespace mortise::mysql
