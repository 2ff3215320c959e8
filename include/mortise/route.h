/* What a plugin answers: where the query goes. */
#ifndef MORTISE_ROUTE_H
#define MORTISE_ROUTE_H

#include <mortise/abi.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* mortise_route.target */
enum {
  MORTISE_TARGET_UNKNOWN = 0, /* not decided */
  MORTISE_TARGET_DIRECT = 1,  /* to the one shard in mortise_route.shard */
  MORTISE_TARGET_ALL = 2,     /* to every shard */
  MORTISE_TARGET_BLOCKED = 3  /* to none: refuse the query */
};

/* mortise_route.read_write */
enum { MORTISE_ACCESS_UNKNOWN = 0, MORTISE_ACCESS_READ = 1, MORTISE_ACCESS_WRITE = 2 };

/*
 * Owned by the host, all unknown when a plugin receives it. The first plugin of the chain that sets
 * `target` or `read_write` to anything but unknown, and returns MORTISE_OK, has decided; later ones
 * aren't asked. A value out of range is reported and counts as unknown.
 */
typedef struct mortise_route {
  uint32_t size;
  int32_t target;     /* MORTISE_TARGET_… */
  int32_t read_write; /* MORTISE_ACCESS_… */
  uint32_t reserved;
  uint64_t shard; /* from 0; read only when target is MORTISE_TARGET_DIRECT */
  /*
   * Why the query is blocked, for its client; read only when target is MORTISE_TARGET_BLOCKED. Each begins with a zero
   * when a plugin receives it: what follows that is not for reading. One that breaks its rule is reported and left out;
   * the query stays blocked.
   */
  char sqlstate[8]; /* five upper-case letters and digits of a class of errors, and a zero; empty: "42501" */
  char reason
      [256]; /* UTF-8 that ends in a zero; empty: none. The last of 255 bytes may be a part of a character. */
} mortise_route;

/* The whole answer at once. Returns MORTISE_OK, for use in a return. [any-thread] */
static inline int32_t mortise_answer(mortise_route *route, int32_t target, uint64_t shard,
                                     int32_t read_write) {
  route->target = target;
  route->shard = shard;
  route->read_write = read_write;
  return MORTISE_OK;
}

/* To one shard; reading or writing stays open. [any-thread] */
static inline int32_t mortise_direct(mortise_route *route, uint64_t shard) {
  return mortise_answer(route, MORTISE_TARGET_DIRECT, shard, MORTISE_ACCESS_UNKNOWN);
}

/* To every shard; reading or writing stays open. [any-thread] */
static inline int32_t mortise_all(mortise_route *route) {
  return mortise_answer(route, MORTISE_TARGET_ALL, 0, MORTISE_ACCESS_UNKNOWN);
}

/* To none. [any-thread] */
static inline int32_t mortise_block(mortise_route *route) {
  return mortise_answer(route, MORTISE_TARGET_BLOCKED, 0, MORTISE_ACCESS_UNKNOWN);
}

/*
 * To none, with a printf-formatted reason for the client, which is cut after 255 bytes, and an SQLSTATE, or NULL for
 * "42501", insufficient privilege:
 *
 *     return mortise_block_because(route, NULL, "orders of tenant %" PRId64 " are closed", tenant);
 *
 * [any-thread]
 */
MORTISE_PRINTF(3, 4)
static inline int32_t mortise_block_because(mortise_route *route, const char *sqlstate, const char *format,
                                            ...) {
  if (route->size >= offsetof(mortise_route, reason) + sizeof route->reason) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(route->reason, sizeof route->reason, format, arguments);
    va_end(arguments);
    route->sqlstate[0] = 0;
    if (sqlstate) strncat(route->sqlstate, sqlstate, sizeof route->sqlstate - 1);
  }
  return mortise_block(route);
}

#endif
