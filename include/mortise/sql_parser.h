/*
 * sql.parser 1.0: what parses SQL. A plugin that provides it takes the place of the host's own parser, and
 * module_info.parser of that plugin is then the host's parser version: "17-6.2.1" is libpg_query 17-6.2.1, whose
 * output these functions must give.
 *
 * The host passes text that has no zero byte, is no longer and nested no more deeply than it allows, and calls on any
 * of its threads at a time.
 */
#ifndef MORTISE_SQL_PARSER_H
#define MORTISE_SQL_PARSER_H

#include <mortise/host.h>
#include <mortise/service.h>

/* Takes what was made, once, on the thread of the call; `data` is valid for that call. [any-thread] */
typedef void (*mortise_sql_parser_receive)(void *context, const void *data, uint64_t bytes);

/* Why there is none. Owned by the caller, empty when the parser gets it. */
typedef struct mortise_sql_parser_fault {
  uint32_t size;
  uint32_t is_syntax; /* 1: the text has a syntax error; 0: something else went wrong */
  uint64_t position;  /* of a syntax error, in characters from 1, as PostgreSQL counts; 0: not known */
  char message[1024]; /* UTF-8, ends in a zero */
} mortise_sql_parser_fault;

typedef struct mortise_sql_parser_v1 {
  uint32_t size;
  uint32_t reserved;

  /* The tree as JSON text. Calls `receive` and returns MORTISE_OK; or MORTISE_ERROR and a fault. [any-thread] */
  int32_t (*json)(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
                  void *context, mortise_sql_parser_fault *fault);

  /* The tree as protobuf bytes. [any-thread] */
  int32_t (*protobuf)(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
                      void *context, mortise_sql_parser_fault *fault);

  /* [any-thread] */
  int32_t (*fingerprint)(const mortise_host *host, mortise_text sql, uint64_t *fingerprint,
                         mortise_sql_parser_fault *fault);

  /* The text with $n in place of literals. [any-thread] */
  int32_t (*normalise)(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
                       void *context, mortise_sql_parser_fault *fault);
} mortise_sql_parser_v1;

#define mortise_sql_parser_signature                                                                         \
  "json(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, fault: "              \
  "mortise_sql_parser_fault *) "                                                                             \
  "-> status [any-thread];"                                                                                  \
  "protobuf(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, "                 \
  "fault: mortise_sql_parser_fault *) -> status [any-thread];"                                               \
  "fingerprint(host, sql: mortise_text, fingerprint: out u64, fault: mortise_sql_parser_fault *) -> status " \
  "[any-thread];"                                                                                            \
  "normalise(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, "                \
  "fault: mortise_sql_parser_fault *) -> status [any-thread]"

MORTISE_SERVICE_CELL(mortise_sql_parser, 1)

#endif
