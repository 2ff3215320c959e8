/* mortise.log 1.1: lines for the host's log. Costs the caller some nanoseconds; the host writes them later. */
#ifndef MORTISE_LOG_H
#define MORTISE_LOG_H

#include <mortise/host.h>
#include <mortise/service.h>
#include <mortise/text.h>
#include <mortise/value.h>
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

  /*
   * Since 1.1: a line with named values, which the host keeps apart from the text. It copies them: booleans,
   * integers, doubles and texts, at most 32 of them and 4,096 bytes in all. A field that is something else,
   * or doesn't fit, is left out; the field "mortise.omitted" then says how many were. [any-thread]
   */
  void (*write_fields)(const mortise_host *host, int32_t severity, mortise_text message,
                       const mortise_member *fields, uint32_t count);
} mortise_log_v1;

#define mortise_log_signature                                                                                \
  "enabled(host, severity: i32) -> bool [any-thread];"                                                       \
  "write(host, severity: i32, message: mortise_text) -> none [any-thread];"                                  \
  "write_fields(host, severity: i32, message: mortise_text, fields: const mortise_member *, count: u32) -> " \
  "none [any-thread] since 1.1"

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

/* Fields for mortise_log_fields. Texts must live until that returns. [any-thread] */
static inline mortise_member mortise_field_i64(const char *key, int64_t integer) {
  mortise_member field;
  field.key = mortise_text_of(key);
  field.value.type = MORTISE_VALUE_INTEGER;
  field.value.count = 0;
  field.value.as.integer = integer;
  return field;
}

/* [any-thread] */
static inline mortise_member mortise_field_f64(const char *key, double number) {
  mortise_member field;
  field.key = mortise_text_of(key);
  field.value.type = MORTISE_VALUE_DOUBLE;
  field.value.count = 0;
  field.value.as.number = number;
  return field;
}

/* [any-thread] */
static inline mortise_member mortise_field_bool(const char *key, int boolean) {
  mortise_member field;
  field.key = mortise_text_of(key);
  field.value.type = MORTISE_VALUE_BOOLEAN;
  field.value.count = 0;
  field.value.as.boolean = boolean != 0;
  return field;
}

/* [any-thread] */
static inline mortise_member mortise_field_text(const char *key, const char *string) {
  mortise_member field;
  field.key = mortise_text_of(key);
  field.value.type = MORTISE_VALUE_TEXT;
  field.value.count = 0;
  field.value.as.text = mortise_text_of(string);
  return field;
}

/*
 * Logs a line with fields; on a host that has only mortise.log 1.0, the line without them. [any-thread]
 *
 *     const mortise_member fields[] = {mortise_field_i64("tenant", 42), mortise_field_text("table", "orders")};
 *     mortise_log_fields(MORTISE_LOG_INFO, "moved", fields, 2);
 */
static inline void mortise_log_fields(int32_t severity, const char *message, const mortise_member *fields,
                                      uint32_t count) {
  if (!module_host || !mortise_log_service || !mortise_log_service->enabled(module_host, severity)) return;
  if (MORTISE_SERVICE_HAS(mortise_log_service, write_fields)) {
    mortise_log_service->write_fields(module_host, severity, mortise_text_of(message), fields, count);
  } else {
    mortise_log_service->write(module_host, severity, mortise_text_of(message));
  }
}

#endif
