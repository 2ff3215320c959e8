#include "collectd/config/canonical_name.h"

#ifndef _WIN32
#include <sys/types.h>
#include <sys/socket.h>
#include <netdb.h>
#endif

namespace mortise::collectd {

std::string canonical_name(const std::string &name) {
#ifdef _WIN32
  return name; // collectd's plugins don't run there
#else
  addrinfo hints{}, *found = nullptr;
  hints.ai_flags = AI_CANONNAME;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
  std::string full;
  for (const addrinfo *one = found; one && full.empty(); one = one->ai_next)
    if (one->ai_canonname) full = one->ai_canonname;
  freeaddrinfo(found);
  return full;
#endif
}

} // namespace mortise::collectd
