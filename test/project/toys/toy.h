#ifndef MORTISE_TOY_H
#define MORTISE_TOY_H

#include <mortise/host.h>
#include <mortise/service.h>

typedef struct mortise_toy_v1 {
  uint32_t size;
  uint32_t reserved;
  uint64_t (*twice)(const mortise_host *host, uint64_t number);
} mortise_toy_v1;

#define mortise_toy_signature "twice(host, number: u64) -> u64 [any-thread] since 1.2"

MORTISE_SERVICE_CELL(mortise_toy, 1)

#endif
