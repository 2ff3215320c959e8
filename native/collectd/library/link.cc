// Where the host takes hold of this library.
#include "collectd/library/exports.h"

#include <atomic>
#include <mutex>
#include <set>
#include <string>

namespace mortise::collectd {
namespace {

std::atomic<Gateway *> current{nullptr};

} // namespace

Gateway *gateway() {
  return current.load(std::memory_order_acquire);
}

// Plugins read these two whenever they like.
extern "C" {
MORTISE_VISIBLE char *hostname_g = nullptr;
MORTISE_VISIBLE cdtime_t interval_g = 10 * one_second;
}

// Earlier names stay readable: a plugin may be looking at one.
MORTISE_EXPORT void hostname_set(const char *name) {
  static std::mutex mutex;
  static std::set<std::string> &names = *new std::set<std::string>;
  if (!name || !*name) return;
  const std::lock_guard lock(mutex);
  const std::string &kept = *names.emplace(name).first;
  __atomic_store_n(&hostname_g, const_cast<char *>(kept.c_str()), __ATOMIC_RELEASE);
  if (Gateway *host = gateway()) host->set_hostname(kept.c_str());
}

// The one function that is not collectd's: the addon's, with the gateway from now on, or null.
MORTISE_EXPORT void mortise_collectd_link(Gateway *next, const char *hostname, cdtime_t interval) {
  if (next) {
    hostname_set(hostname);
    interval_g = interval;
  }
  current.store(next, std::memory_order_release);
}

} // namespace mortise::collectd
