/* How an entry point says why it failed. */
#ifndef MORTISE_ERROR_H
#define MORTISE_ERROR_H

#include <mortise/abi.h>
#include <stdarg.h>
#include <stdio.h>

/*
 * Owned by the host, empty when the plugin receives it, valid for that call. A message that doesn't end
 * in a zero within the array is cut at its end.
 */
typedef struct mortise_error {
  uint32_t size;
  uint32_t reserved;
  char message[1024]; /* UTF-8, one or a few lines for the person who runs the host */
} mortise_error;

/*
 * Writes a printf-formatted message and returns MORTISE_ERROR, so that an entry point can
 * `return mortise_fail(error, "no such file: %s", path);`. [any-thread]
 */
MORTISE_PRINTF(2, 3) static inline int32_t mortise_fail(mortise_error *error, const char *format, ...) {
  if (error) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
  }
  return MORTISE_ERROR;
}

#endif
