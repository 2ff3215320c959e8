// Sockets: ports by name, and what collectd sets on connections.
#include "collectd/library/exports.h"
#include "collectd/library/ports.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace mortise::collectd {

int port_number(const char *service) {
  if (!service) return -1;
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  addrinfo *list = nullptr;
  const int status = getaddrinfo(nullptr, service, &hints, &list);
  if (status != 0) {
    daemon_log(log_error, "the port \"%s\" is not known: %s", service, gai_strerror(status));
    return -1;
  }
  int port = -1;
  for (const addrinfo *at = list; at && port < 1; at = at->ai_next) {
    if (at->ai_family == AF_INET) port = ntohs(reinterpret_cast<const sockaddr_in *>(at->ai_addr)->sin_port);
    if (at->ai_family == AF_INET6)
      port = ntohs(reinterpret_cast<const sockaddr_in6 *>(at->ai_addr)->sin6_port);
  }
  freeaddrinfo(list);
  return port >= 1 ? port : -1;
}

// Dead peers are noticed after ten intervals.
MORTISE_EXPORT void set_sock_opts(int socket) {
  int type = 0;
  socklen_t size = sizeof type;
  if (getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) return;
  const int on = 1;
  if (setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) != 0)
    daemon_log(log_warning, "set_sock_opts: failed to set the keepalive flag of a socket");
  const double interval = static_cast<double>(plugin_get_interval()) / static_cast<double>(one_second);
  [[maybe_unused]] const int idle = std::max(1, static_cast<int>(interval * 10));
  [[maybe_unused]] const int between = std::max(1, static_cast<int>(interval));
#if defined(TCP_KEEPIDLE)
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
#endif
#if defined(TCP_KEEPINTVL)
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &between, sizeof between);
#endif
}

static unsigned long long swapped(unsigned long long number) {
  const bool is_big = htonl(1) == 1;
  return is_big ? number
                : static_cast<unsigned long long>(htonl(static_cast<uint32_t>(number))) << 32 |
                      htonl(static_cast<uint32_t>(number >> 32));
}

#undef htonll // a macro on some systems
#undef ntohll
MORTISE_EXPORT unsigned long long htonll(unsigned long long number) {
  return swapped(number);
}
MORTISE_EXPORT unsigned long long ntohll(unsigned long long number) {
  return swapped(number);
}

} // namespace mortise::collectd
