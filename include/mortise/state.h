/*
 * mortise.state 1.0: bytes under keys that outlive the plugin's code: a plugin that is stopped and loaded again
 * in the same host finds what it put there. Each plugin has its own. Nothing is written to disk.
 */
#ifndef MORTISE_STATE_H
#define MORTISE_STATE_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/service.h>

/* Bounds of one plugin's state. */
#define MORTISE_STATE_KEY_BYTES 255
#define MORTISE_STATE_TOTAL_BYTES (16 * 1024 * 1024) /* keys, values, and what each entry takes beside them */
#define MORTISE_STATE_ENTRY_BYTES 128 /* for each entry, counted beside its key and its value */

/*
 * Called for each key, in their order as bytes, on the thread that visits; both are valid for that call. MORTISE_OK
 * goes on. [any-thread]
 */
typedef int32_t (*mortise_state_visit)(void *context, mortise_text key, uint64_t bytes);

typedef struct mortise_state_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * The size of the value, or -1 when there is none. Copies what fits into the `capacity` bytes of `buffer`,
   * which may be null when that is 0. [any-thread]
   */
  int64_t (*get)(const mortise_host *host, mortise_text key, void *buffer, uint64_t capacity);

  /*
   * Keeps a copy of the value, in place of one that was there. Fails, with a message, when the key is empty
   * or too long, or the plugin's state would grow over its bound; the old value then stays. [any-thread]
   */
  int32_t (*put)(const mortise_host *host, mortise_text key, const void *value, uint64_t bytes,
                 mortise_error *error);

  /* MORTISE_OK, or MORTISE_PASS when there was none. [any-thread] */
  int32_t (*remove)(const mortise_host *host, mortise_text key);

  /*
   * Visits the keys that are there when it's called; the visitor may put and remove. What it answers other
   * than MORTISE_OK ends the visit and is returned. [any-thread]
   */
  int32_t (*each)(const mortise_host *host, mortise_state_visit visit, void *context);
} mortise_state_v1;

#define mortise_state_signature                                                                              \
  "get(host, key: mortise_text, buffer: void *, capacity: u64) -> i64 or -1 [any-thread];"                   \
  "put(host, key: mortise_text, value: const void *, bytes: u64, error) -> status [any-thread];"             \
  "remove(host, key: mortise_text) -> status [any-thread];"                                                  \
  "each(host, visit: mortise_state_visit, context: void *) -> status [any-thread]"

MORTISE_SERVICE_CELL(mortise_state, 1)

#endif
