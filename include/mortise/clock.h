/* mortise.clock 1.0: what time it is. */
#ifndef MORTISE_CLOCK_H
#define MORTISE_CLOCK_H

#include <mortise/host.h>
#include <mortise/service.h>

typedef struct mortise_clock_v1 {
  uint32_t size;
  uint32_t reserved;

  /* Nanoseconds since 1970-01-01 UTC. Jumps when somebody sets the clock: not for durations. [any-thread] */
  int64_t (*wall)(const mortise_host *host);

  /* Nanoseconds since some moment of the past. Never goes back: for durations. [any-thread] */
  int64_t (*monotonic)(const mortise_host *host);
} mortise_clock_v1;

#define mortise_clock_signature                                                                              \
  "wall(host) -> i64 [any-thread];"                                                                          \
  "monotonic(host) -> i64 [any-thread]"

MORTISE_SERVICE_CELL(mortise_clock, 1)

#endif
