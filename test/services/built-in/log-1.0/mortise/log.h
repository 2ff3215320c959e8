/* mortise.log 1.0: lines for the host's log. Costs the caller some nanoseconds; the host writes them later. */
#ifndef MORTISE_LOG_H
#define MORTISE_LOG_H

#include <mortise/host.h>
#include <mortise/service.h>
#include <stdarg.h>
#include <stdio.h>

enum { MORTISE_LOG_DEBUG = 0, MORTISE_LOG_INFO = 1, MORTISE_LOG_WARNING = 2, MORTISE_LOG_ERROR = 3 };

typedef struct mortise_log_v1 {
  uint32_t size;
  uint32_t reserved;

  /* 1 when the host keeps lines of this severity, so that others need not be formatted. [any-thread] */
  int32_t (*enabled)(const mortise_host *host, int32_t severity);

  /*
   * Hands over one line; the host copies it, and cuts it at 4,096 bytes. When the host can't keep up, the
   * line is dropped and counted, never waited for. [any-thread]
   */
  void (*write)(const mortise_host *host, int32_t severity, mortise_text message);
} mortise_log_v1;

#define mortise_log_signature                                                                                \
  "enabled(host, severity: i32) -> bool [any-thread];"                                                       \
  "write(host, severity: i32, message: mortise_text) -> none [any-thread]"

MORTISE_SERVICE_CELL(mortise_log, 1)

/*
 * Logs a printf-formatted line of at most 1,023 bytes in the name of this plugin. Needs
 * MORTISE_REQUIRE(log, 1, 0) in one source file of the plugin. [any-thread]
 */
MORTISE_PRINTF(2, 3) static inline void mortise_log(int32_t severity, const char *format, ...) {
  char line[1024];
  va_list arguments;
  int length;
  /* Both are null in a unit test without a host, and the cell is where the plugin only wants the service. */
  if (!module_host || !mortise_log_service || !mortise_log_service->enabled(module_host, severity)) return;
  va_start(arguments, format);
  length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length > 0) {
    mortise_text message;
    message.data = line;
    message.size = (uint64_t)length < sizeof line ? (uint64_t)length : sizeof line - 1;
    mortise_log_service->write(module_host, severity, message);
  }
}

#endif
