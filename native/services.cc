#include "services.h"

#include "plugin.h"

#include <algorithm>
#include <cstring>

namespace mortise {
namespace {

std::string version_text(uint32_t version) {
  return std::to_string(version >> 16) + "." + std::to_string(version & 0xffff);
}

} // namespace

bool is_service_name(const std::string &name) {
  if (name.empty() || name.size() > 63) return false;
  bool start = true; // of a dotted word
  for (const char c : name) {
    if (c == '.') {
      if (start) return false;
      start = true;
      continue;
    }
    const bool letter = c >= 'a' && c <= 'z';
    const bool other = (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!letter && (start || !other)) return false;
    start = false;
  }
  return !start && name.find('.') != std::string::npos;
}

std::string ServiceRegistry::add(Plugin *provider, const std::string &name, uint32_t version,
                                 const void *table) {
  if (!is_service_name(name)) {
    return "\"" + name +
           "\" is no service name: use dotted lower-case words, such as shop.price_rule, of at most 63 bytes";
  }
  if (!table) return name + ": the table is null";
  uint32_t size;
  memcpy(&size, table, sizeof size);
  if (size < sizeof size + sizeof(void *) || size > 65536) {
    return name + ": the table says that it has " + std::to_string(size) +
           " bytes; set its size member to sizeof the table";
  }
  std::lock_guard<std::mutex> lock(mutex_);
  for (const Service &service : services_) {
    if (service.provider == provider && service.name == name && service.version >> 16 == version >> 16) {
      return name + " " + version_text(version) + ": this plugin already provides " +
             version_text(service.version);
    }
  }
  services_.push_back({name, version, table, provider, {}});
  return "";
}

std::string ServiceRegistry::remove(Plugin *provider, const void *table) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(services_.begin(), services_.end(), [&](const Service &service) {
    return service.table == table && service.provider == provider;
  });
  if (found == services_.end()) return "this plugin provides no service with that table";
  if (!found->leases.empty()) {
    std::string holders;
    for (const auto &lease : found->leases)
      holders += (holders.empty() ? "" : ", ") + lease.first->name;
    return found->name + " is in use by " + holders;
  }
  services_.erase(found);
  return "";
}

const void *ServiceRegistry::acquire(Plugin *user, const std::string &name, uint32_t version) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Service &service : services_) {
    if (service.name == name && service.version >> 16 == version >> 16 && service.version >= version) {
      service.leases[user]++;
      return service.table;
    }
  }
  return nullptr;
}

bool ServiceRegistry::release(Plugin *user, const void *table) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Service &service : services_) {
    const auto lease = service.table == table ? service.leases.find(user) : service.leases.end();
    if (lease == service.leases.end()) continue;
    if (--lease->second == 0) service.leases.erase(lease);
    return true;
  }
  return false;
}

void ServiceRegistry::release_all(Plugin *user) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Service &service : services_)
    service.leases.erase(user);
}

void ServiceRegistry::remove_all(Plugin *provider) {
  std::lock_guard<std::mutex> lock(mutex_);
  services_.erase(std::remove_if(services_.begin(), services_.end(),
                                 [&](const Service &service) { return service.provider == provider; }),
                  services_.end());
}

std::vector<ServiceRegistry::Service> ServiceRegistry::list() {
  std::lock_guard<std::mutex> lock(mutex_);
  return services_;
}

} // namespace mortise
