/* mortise.log of a test's host, which remembers. */
#ifndef MORTISE_TESTING_LOG_H
#define MORTISE_TESTING_LOG_H

#include <mortise/log.h>

static char mortise_test_lines[64 * 1024];

static inline int32_t mortise_test_enabled(const mortise_host *host, int32_t severity) {
  (void)host;
  (void)severity;
  return 1;
}

static inline void mortise_test_write(const mortise_host *host, int32_t severity, mortise_text message) {
  static const char *const names[] = {"debug", "info", "warning", "error"};
  const size_t used = strlen(mortise_test_lines);
  (void)host;
  snprintf(mortise_test_lines + used, sizeof mortise_test_lines - used, "%s %.*s\n",
           severity >= 0 && severity <= MORTISE_LOG_ERROR ? names[severity] : "unknown",
           MORTISE_TEXT_ARGS(message));
}

static inline void mortise_test_write_fields(const mortise_host *host, int32_t severity, mortise_text message,
                                             const mortise_member *fields, uint32_t count) {
  (void)fields;
  (void)count;
  mortise_test_write(host, severity, message);
}

static const mortise_log_v1 mortise_test_log_table = {sizeof(mortise_log_v1), 0, mortise_test_enabled,
                                                      mortise_test_write, mortise_test_write_fields};

/* "info routing by $1\n", a line for each that was logged; what is beyond 64 kB is cut. */
static inline const char *mortise_test_log(void) {
  return mortise_test_lines;
}

#endif
