#include "engines/notices.h"

#include "engines/doing.h"
#include "engines/owner.h"
#include "engines/text.h"

#include <algorithm>

namespace mortise {

std::string Notices::subscribe(Owner *plugin, const std::string &name, uint32_t version,
                               mortise_notice_function function, void *context) {
  if (!is_service_name(name)) return "\"" + name.substr(0, 100) + "\" is not a valid service name";
  if (!function) return "subscribe: there is no function to call";
  std::lock_guard<std::mutex> lock(mutex_);
  const auto own = std::count_if(subscriptions_.begin(), subscriptions_.end(),
                                 [&](const Subscription &other) { return other.owner == plugin; });
  if (static_cast<size_t>(own) >= max) return "at most " + std::to_string(max) + " subscriptions";
  subscriptions_.push_back({next_serial_++, plugin, name, version, function, context});
  return "";
}

bool Notices::unsubscribe(const Owner *plugin, mortise_notice_function function, void *context) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto end =
      std::remove_if(subscriptions_.begin(), subscriptions_.end(), [&](const Subscription &subscription) {
        return subscription.owner == plugin && subscription.function == function &&
               subscription.context == context;
      });
  const bool found = end != subscriptions_.end();
  subscriptions_.erase(end, subscriptions_.end());
  return found;
}

void Notices::forget(const Owner *plugin) {
  std::lock_guard<std::mutex> lock(mutex_);
  subscriptions_.erase(
      std::remove_if(subscriptions_.begin(), subscriptions_.end(),
                     [&](const Subscription &subscription) { return subscription.owner == plugin; }),
      subscriptions_.end());
}

bool Notices::still_has(uint64_t serial) {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::any_of(subscriptions_.begin(), subscriptions_.end(),
                     [&](const Subscription &subscription) { return subscription.serial == serial; });
}

void Notices::tell(int32_t event, const ServiceRegistry::Service &service, const Owner *only) {
  // A copy: the functions may subscribe and unsubscribe.
  std::vector<Subscription> subscriptions;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    subscriptions = subscriptions_;
  }
  const mortise_notice notice = {
      sizeof(mortise_notice), event,
      service.version,        0,
      text_of(service.name),  service.provider ? text_of(service.provider->name) : mortise_text{nullptr, 0},
      service.table,          text_of(service.signature)};
  for (const Subscription &subscription : subscriptions) {
    Owner *owner = subscription.owner;
    if (owner == service.provider || (only && owner != only) || subscription.name != service.name ||
        !version_fits(service.version, subscription.version))
      continue;
    // One that was told before it may have ended this one, and freed its context.
    if (!still_has(subscription.serial)) continue;
    if (event == MORTISE_SERVICE_CAME) owner->fill_wanting(service.name, service.version);
    const Within within(*owner, "a function that is told of services");
    const int32_t answer = subscription.function(subscription.context, &notice);
    if (event == MORTISE_SERVICE_GOING && answer == MORTISE_OK) owner->empty_wanting(service.table);
  }
}

} // namespace mortise
