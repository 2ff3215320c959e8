/*
 * data.source 1.1: what answers queries with Arrow's columns. A plugin that provides it is asked through
 * host.querying, as a driver of a database or a program is.
 *
 * `host` is the plugin's own. The host calls on threads of its own, several at a time, and on none of them again before
 * the result of its last query was released.
 */
#ifndef MORTISE_DATA_SOURCE_H
#define MORTISE_DATA_SOURCE_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/service.h>

typedef struct mortise_data_source_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * Whether it can answer now: MORTISE_OK, and in `said` what it wants to say of itself; or MORTISE_ERROR, and why not.
   * [any-thread]
   */
  int32_t (*health)(const mortise_host *host, mortise_error *said);

  /*
   * Answers a query: `query` is what the caller asks, as the text of a JSON object, valid for this call. Fills in
   * `stream`, which the host owns: zeros, as large as an ArrowArrayStream of Arrow's C stream interface. The host
   * reads its batches, as they are wanted, on the thread of this call, checks them, and releases it. Returns
   * MORTISE_OK; or MORTISE_ERROR and why, and leaves the stream as it is. [any-thread]
   */
  int32_t (*query)(const mortise_host *host, mortise_text query, void *stream, mortise_error *error);

  /* Since 1.1. */

  /*
   * Answers a request that is no query, such as for the names of tables, or for a file. `request` is the text of a JSON
   * object: `method`, `path`, `url` (the path with its query), `headers` (lists of texts), `options`, `call`. `body` is
   * `size` bytes. Both are valid for this call. Fills in `stream` as query does, with one column of bytes (Arrow's
   * format z), whose values are pieces of the answer's body. The schema's metadata may say `status`, as HTTP has it,
   * and `headers`, the text of a JSON object of lists of texts. Null: it has no resources. [any-thread]
   */
  int32_t (*resource)(const mortise_host *host, mortise_text request, const void *body, uint64_t size,
                      void *stream, mortise_error *error);

  /*
   * Nobody wants the answer any more whose query or request said this `call`. Comes while a function of it, or of its
   * stream, runs on another thread, which should then return early with an error; that waits until this returns. Null:
   * it can't be cancelled. [any-thread]
   */
  void (*cancel)(const mortise_host *host, uint64_t call);
} mortise_data_source_v1;

#define mortise_data_source_signature                                                                        \
  "health(host, said: mortise_error *) -> status [any-thread];"                                              \
  "query(host, query: mortise_text, stream: void *, error: mortise_error *) -> status [any-thread];"         \
  "resource(host, request: mortise_text, body: const void *, size: u64, stream: void *, "                    \
  "error: mortise_error *) -> status [any-thread] since 1.1;"                                                \
  "cancel(host, call: u64) -> none [any-thread] since 1.1"

MORTISE_SERVICE_CELL(mortise_data_source, 1)

#endif
