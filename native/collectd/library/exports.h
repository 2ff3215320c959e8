// What a file of this library needs to export collectd's functions.
#pragma once

#include "collectd/gateway.h"

#define MORTISE_VISIBLE __attribute__((visibility("default")))
#define MORTISE_EXPORT extern "C" MORTISE_VISIBLE
#define MORTISE_PRINTF(text, first) __attribute__((format(printf, text, first)))

namespace mortise::collectd {

// Null until a host has collectd plugins, and after it is closed: functions then fail, and log to stderr.
Gateway *gateway();

// The parts of the library call each other under the names that plugins call them by.
extern "C" {
char *sstrncpy(char *to, const char *from, size_t size);
void plugin_log(int severity, const char *format, ...) MORTISE_PRINTF(2, 3);
void daemon_log(int severity, const char *format, ...) MORTISE_PRINTF(2, 3);
cdtime_t cdtime();
cdtime_t plugin_get_interval();
extern char *hostname_g;
extern cdtime_t interval_g;
}

} // namespace mortise::collectd
