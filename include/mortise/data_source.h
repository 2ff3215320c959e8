/*
 * data.source 1.0: what answers queries with Arrow's columns. A plugin that provides it is asked through
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
} mortise_data_source_v1;

#define mortise_data_source_signature                                                                        \
  "health(host, said: mortise_error *) -> status [any-thread];"                                              \
  "query(host, query: mortise_text, stream: void *, error: mortise_error *) -> status [any-thread]"

MORTISE_SERVICE_CELL(mortise_data_source, 1)

#endif
