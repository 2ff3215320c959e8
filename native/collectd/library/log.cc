// What plugins say.
#include "collectd/library/exports.h"

#include <cstdarg>
#include <cstdio>

namespace mortise::collectd {
namespace {

void say(int severity, const char *text) {
  if (Gateway *host = gateway())
    host->log(severity, text);
  else
    fprintf(stderr, "%s\n", text);
}

} // namespace

MORTISE_EXPORT void plugin_log(int severity, const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  say(severity, text);
}

// The same with the plugin's name.
MORTISE_EXPORT void daemon_log(int severity, const char *format, ...) {
  char text[1024];
  const char *name = gateway() ? gateway()->context().name : nullptr;
  int length = snprintf(text, sizeof text, "%s plugin: ", name ? name : "UNKNOWN");
  if (length < 0 || length >= static_cast<int>(sizeof text)) length = 0;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text + length, sizeof text - static_cast<size_t>(length), format, arguments);
  va_end(arguments);
  say(severity, text);
}

} // namespace mortise::collectd
