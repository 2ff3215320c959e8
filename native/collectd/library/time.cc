// Times, and how they are written.
#include "collectd/library/exports.h"

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <sys/time.h>

namespace mortise::collectd {

MORTISE_EXPORT cdtime_t cdtime() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  const cdtime_t part = ((static_cast<cdtime_t>(now.tv_nsec) << 30) + 500000000) / 1000000000;
  return (static_cast<cdtime_t>(now.tv_sec) << 30) + part;
}

namespace {

// 2026-11-27T21:50:00, perhaps with nanoseconds, and the zone.
int write(char *to, size_t size, cdtime_t time, bool nanoseconds, bool local) {
  const time_t seconds = static_cast<time_t>(time >> 30);
  tm parts = {};
  if (!(local ? localtime_r(&seconds, &parts) : gmtime_r(&seconds, &parts))) return errno;
  const size_t length = strftime(to, size, "%Y-%m-%dT%H:%M:%S", &parts);
  if (length == 0) return ENOMEM;
  char rest[32];
  int written = 0;
  if (nanoseconds) {
    const cdtime_t part = ((time & (one_second - 1)) * 1000000000 + (one_second >> 1)) >> 30;
    written = snprintf(rest, sizeof rest, ".%09llu", static_cast<unsigned long long>(part));
  }
  if (local && parts.tm_gmtoff != 0) {
    const long minutes = parts.tm_gmtoff / 60;
    snprintf(rest + written, sizeof rest - static_cast<size_t>(written), "%c%02ld:%02ld",
             minutes < 0 ? '-' : '+', (minutes < 0 ? -minutes : minutes) / 60,
             (minutes < 0 ? -minutes : minutes) % 60);
  } else
    snprintf(rest + written, sizeof rest - static_cast<size_t>(written), local ? "+00:00" : "Z");
  return snprintf(to + length, size - length, "%s", rest) < static_cast<int>(size - length) ? 0 : ENOMEM;
}

} // namespace

MORTISE_EXPORT int rfc3339(char *to, size_t size, cdtime_t time) {
  return write(to, size, time, false, false);
}
MORTISE_EXPORT int rfc3339nano(char *to, size_t size, cdtime_t time) {
  return write(to, size, time, true, false);
}
MORTISE_EXPORT int rfc3339_local(char *to, size_t size, cdtime_t time) {
  return write(to, size, time, false, true);
}
MORTISE_EXPORT int rfc3339nano_local(char *to, size_t size, cdtime_t time) {
  return write(to, size, time, true, true);
}

// Less than, equal to or more than zero, as with strcmp; the distance in `delta`.
MORTISE_EXPORT int timeval_cmp(timeval a, timeval b, timeval *delta) {
  const auto normal = [](timeval &time) {
    time.tv_sec += time.tv_usec / 1000000;
    time.tv_usec %= 1000000;
  };
  normal(a);
  normal(b);
  const int order = a.tv_sec != b.tv_sec ? (a.tv_sec < b.tv_sec ? -1 : 1)
                                         : (a.tv_usec > b.tv_usec) - (a.tv_usec < b.tv_usec);
  if (delta) {
    const timeval &larger = order < 0 ? b : a, &smaller = order < 0 ? a : b;
    delta->tv_sec = larger.tv_sec - smaller.tv_sec;
    delta->tv_usec = larger.tv_usec - smaller.tv_usec;
    if (delta->tv_usec < 0) {
      delta->tv_usec += 1000000;
      delta->tv_sec--;
    }
  }
  return order;
}

} // namespace mortise::collectd
