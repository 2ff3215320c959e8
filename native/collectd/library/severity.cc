// Severities by their names.
#include "collectd/library/exports.h"

#include <strings.h>
#include <cstring>

namespace mortise::collectd {

MORTISE_EXPORT int parse_log_severity(const char *name) {
  for (const char *error : {"emerg", "alert", "crit", "err"})
    if (strcasecmp(name, error) == 0) return log_error;
  if (strcasecmp(name, "warning") == 0) return log_warning;
  if (strcasecmp(name, "notice") == 0) return log_notice;
  if (strcasecmp(name, "info") == 0) return log_info;
  return -1; // "debug" too: plugins are built without what they would say then
}

MORTISE_EXPORT int parse_notif_severity(const char *name) {
  if (strcmp(name, "FAILURE") == 0) return notif_failure;
  if (strcmp(name, "OKAY") == 0) return notif_okay;
  if (strcmp(name, "WARNING") == 0 || strcmp(name, "WARN") == 0) return notif_warning;
  return -1;
}

} // namespace mortise::collectd
