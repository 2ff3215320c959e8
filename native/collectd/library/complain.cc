// c_complain*: the same complaint again and again is said ever more rarely.
#include "collectd/library/exports.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace mortise::collectd {

extern "C" struct c_complain_t {
  cdtime_t last;
  cdtime_t interval; // 0: there is no complaint
  bool complained_once;
};
static_assert(sizeof(c_complain_t) == 24 && offsetof(c_complain_t, complained_once) == 16);

namespace {

constexpr cdtime_t longest = 86400 * one_second;

void say(int severity, const char *format, va_list arguments) {
  char text[512];
  vsnprintf(text, sizeof text, format, arguments);
  plugin_log(severity, "%s", text);
}

void complain(int severity, c_complain_t *complaint, const char *format, va_list arguments) {
  const cdtime_t now = cdtime();
  if (complaint->last + complaint->interval > now) return;
  complaint->last = now;
  complaint->interval = std::min(longest, std::max(plugin_get_interval(), complaint->interval * 2));
  say(severity, format, arguments);
}

} // namespace

MORTISE_EXPORT MORTISE_PRINTF(3, 4) void c_complain(int severity, c_complain_t *complaint, const char *format,
                                                    ...) {
  if (complaint->complained_once) return;
  va_list arguments;
  va_start(arguments, format);
  complain(severity, complaint, format, arguments);
  va_end(arguments);
}

MORTISE_EXPORT MORTISE_PRINTF(3, 4) void c_complain_once(int severity, c_complain_t *complaint,
                                                         const char *format, ...) {
  if (complaint->complained_once) return;
  va_list arguments;
  va_start(arguments, format);
  complain(severity, complaint, format, arguments);
  va_end(arguments);
  complaint->complained_once = true;
}

MORTISE_EXPORT MORTISE_PRINTF(3, 4) void c_do_release(int severity, c_complain_t *complaint,
                                                      const char *format, ...) {
  if (complaint->interval == 0) return;
  complaint->interval = 0;
  complaint->complained_once = false;
  va_list arguments;
  va_start(arguments, format);
  say(severity, format, arguments);
  va_end(arguments);
}

} // namespace mortise::collectd
