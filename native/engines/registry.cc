#include "engines/registry.h"

#include "engines/owner.h"
#include "engines/readable.h"
#include "engines/signature.h"

#include <algorithm>
#include <cstring>

namespace mortise {
namespace {

constexpr uint32_t largest_table = 65536;
constexpr size_t max_services = 256; // of one plugin

// The names of all that hold leases of a service but its own provider, once each.
void add_holders(const ServiceRegistry::Service &service, std::vector<std::string> &names,
                 bool with_embedder) {
  for (const auto &lease : service.leases) {
    if (lease.first == service.provider || (lease.first->is_embedder && !with_embedder)) continue;
    if (std::find(names.begin(), names.end(), lease.first->name) == names.end())
      names.push_back(lease.first->name);
  }
}

uint32_t &count_of(ServiceRegistry::Leases &leases, ServiceRegistry::Lease lease) {
  return lease == ServiceRegistry::Lease::cell ? leases.cells : leases.asked;
}

std::string joined(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

} // namespace

std::string version_text(uint32_t version) {
  return std::to_string(version >> 16) + "." + std::to_string(version & 0xffff);
}

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

std::string ServiceRegistry::refuse(Problem refusal, Problem *problem) {
  const std::string message = refusal.message;
  if (problem) *problem = std::move(refusal);
  return message;
}

bool ServiceRegistry::Service::fits(const Wanted &wanted) const {
  return version_fits(version, wanted.version) && name == wanted.name &&
         signature_fits(signature, wanted.signature, wanted.version);
}

std::string ServiceRegistry::add(Owner *provider, Offer offer, Problem *problem, bool open) {
  const std::string &name = offer.name;
  const uint32_t version = offer.version;
  const void *table = offer.table;
  const std::string service_text = name + " " + version_text(version);
  if (!is_service_name(name)) {
    const std::string shown = "\"" + name.substr(0, 100) + "\"";
    return refuse(Problem("MORTISE_ERR_SERVICE_NAME",
                          shown + " is not a valid service name: use dotted lower-case words, such as "
                                  "shop.price_rule, of at most 63 bytes")
                      .in("register_service")
                      .expects("dotted lower-case words of at most 63 bytes")
                      .got(shown)
                      .fix("Name the service as in shop.price_rule: the first word says whose it is."),
                  problem);
  }
  if (provider && name.compare(0, 8, "mortise.") == 0) {
    return refuse(
        Problem("MORTISE_ERR_SERVICE_NAME", name + ": names that start with \"mortise.\" are the host's own")
            .in("register_service")
            .expects("a name with another first word")
            .got(name)
            .fix("Put the name of your project first, as in shop.price_rule."),
        problem);
  }
  if (!table) {
    return refuse(Problem("MORTISE_ERR_SERVICE_TABLE", name + ": the table is null")
                      .in("register_service")
                      .expects("the address of a table of functions")
                      .got("null")
                      .fix("Set the table member of mortise_service to the address of the table."),
                  problem);
  }
  const auto bad_table = [&](const std::string &message, const std::string &expected,
                             const std::string &found) {
    return refuse(
        Problem("MORTISE_ERR_SERVICE_TABLE", message)
            .in("register_service")
            .expects(expected)
            .got(found)
            .fix("Set the table's size member to sizeof the table, and let a later minor only append to it."),
        problem);
  };
  uint32_t size = 0;
  if (!is_readable(table, sizeof size))
    return bad_table(name + ": the table is not in readable memory", "a readable table",
                     "an address that cannot be read");
  memcpy(&size, table, sizeof size);
  const std::string bytes = std::to_string(size) + " bytes";
  if (size < sizeof size + sizeof(void *) || size > largest_table) {
    return bad_table(name + ": the table says that it has " + bytes +
                         "; set its size member to sizeof the table",
                     "a size with at least one function, at most 65536", bytes);
  }
  if (!is_readable(table, size)) {
    return bad_table(name + ": the table says that it has " + bytes + ", but memory ends before",
                     "as many bytes as the size member says", "fewer");
  }
  std::lock_guard<std::mutex> lock(mutex_);
  const auto own = std::count_if(services_.begin(), services_.end(),
                                 [&](const Service &service) { return service.provider == provider; });
  if (provider && static_cast<size_t>(own) >= max_services) {
    const std::string max = std::to_string(max_services);
    return refuse(Problem("MORTISE_ERR_SERVICE_LIMIT",
                          service_text + ": this plugin provides " + max + " services already")
                      .in("register_service")
                      .expects("at most " + max + " services of one plugin")
                      .got("one more")
                      .fix("Put more functions into a service, or services into several plugins."),
                  problem);
  }
  for (const Service &service : services_) {
    if (service.name != name || service.version >> 16 != version >> 16) continue;
    if (service.provider == provider) {
      return refuse(Problem("MORTISE_ERR_SERVICE_DUPLICATE",
                            service_text + ": " + (provider ? "this plugin" : "the host") +
                                " already provides " + version_text(service.version))
                        .in("register_service")
                        .expects("one registration of each name and major")
                        .got("a second one")
                        .fix("Register the highest minor only: it serves all that want a lower one."),
                    problem);
    }
    uint32_t other;
    memcpy(&other, service.table, sizeof other);
    const bool shrinks = (version > service.version && size < other) ||
                         (version < service.version && size > other) ||
                         (version == service.version && size != other);
    if (shrinks) {
      const std::string owner = service.provider ? service.provider->name : "the host";
      return bad_table(service_text + ": the table has " + bytes + ", but " + version_text(service.version) +
                           " of " + owner + " has " + std::to_string(other),
                       "a table that only grows from one minor to the next", bytes);
    }
  }
  services_.emplace_back(std::move(offer), provider, open);
  return "";
}

std::string ServiceRegistry::remove(Owner *provider, const void *table, Problem *problem) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(services_.begin(), services_.end(), [&](const Service &service) {
    return service.table == table && service.provider == provider;
  });
  if (found == services_.end()) {
    return refuse(Problem("MORTISE_ERR_SERVICE_UNKNOWN", "this plugin provides no service with that table")
                      .in("unregister_service")
                      .expects("the table of a service that this plugin registered")
                      .got("another address")
                      .fix("Hand over the address that register_service received."),
                  problem);
  }
  std::vector<std::string> names;
  add_holders(*found, names, true);
  if (!names.empty()) {
    return refuse(Problem("MORTISE_ERR_SERVICE_IN_USE", found->name + " is in use by " + joined(names))
                      .in("unregister_service")
                      .expects("no leases")
                      .got("leases of " + joined(names))
                      .fix("Stop its users first, or let them subscribe to the service and give it back."),
                  problem);
  }
  services_.erase(found);
  return "";
}

namespace {

bool fits_toolchain(const ServiceRegistry::Service &service, const Owner *user) {
  const Owner *provider = service.provider;
  return !provider || !provider->exact_toolchain || provider == user ||
         provider->toolchain == user->toolchain;
}

} // namespace

const void *ServiceRegistry::acquire(Owner *user, const Wanted &wanted, Lease lease) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Service &service : services_) {
    if ((!service.open && service.provider != user) || !service.fits(wanted) ||
        !fits_toolchain(service, user))
      continue;
    count_of(service.leases[user], lease)++;
    return service.table;
  }
  return nullptr;
}

bool ServiceRegistry::acquire(Owner *user, const void *table) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Service &service : services_) {
    if (service.table != table || !service.open) continue;
    service.leases[user].asked++;
    return true;
  }
  return false;
}

bool ServiceRegistry::release(Owner *user, const void *table, Lease lease) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Service &service : services_) {
    const auto held = service.table == table ? service.leases.find(user) : service.leases.end();
    if (held == service.leases.end() || count_of(held->second, lease) == 0) continue;
    count_of(held->second, lease)--;
    if (held->second.cells + held->second.asked == 0) service.leases.erase(held);
    return true;
  }
  return false;
}

void ServiceRegistry::release_all(Owner *user) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Service &service : services_)
    service.leases.erase(user);
}

void ServiceRegistry::remove_all(Owner *provider) {
  std::lock_guard<std::mutex> lock(mutex_);
  services_.erase(std::remove_if(services_.begin(), services_.end(),
                                 [&](const Service &service) { return service.provider == provider; }),
                  services_.end());
}

std::vector<ServiceRegistry::Service> ServiceRegistry::open_all(Owner *provider) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Service> opened;
  for (Service &service : services_) {
    if (service.provider != provider || service.open) continue;
    service.open = true;
    opened.push_back(service);
  }
  return opened;
}

std::vector<std::string> ServiceRegistry::close_all(Owner *provider, bool always) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> names;
  for (const Service &service : services_) {
    // The embedder is who stops it.
    if (service.provider == provider) add_holders(service, names, false);
  }
  if (!names.empty() && !always) return names;
  for (Service &service : services_) {
    if (service.provider == provider) service.open = false;
  }
  return names;
}

void ServiceRegistry::clear() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Service>().swap(services_);
}

std::vector<ServiceRegistry::Service> ServiceRegistry::list() {
  std::lock_guard<std::mutex> lock(mutex_);
  return services_;
}

} // namespace mortise
