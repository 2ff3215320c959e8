/*
 * sql.parser 1.1: what parses SQL. A plugin that provides it takes the place of the host's own parser, and
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

/* What a node is. Of a string or number the text is in it, unescaped. */
enum {
  MORTISE_SQL_PARSER_NONE,
  MORTISE_SQL_PARSER_OBJECT,
  MORTISE_SQL_PARSER_ARRAY,
  MORTISE_SQL_PARSER_STRING,
  MORTISE_SQL_PARSER_NUMBER,
  MORTISE_SQL_PARSER_TRUE,
  MORTISE_SQL_PARSER_FALSE,
  MORTISE_SQL_PARSER_NULL
};

/*
 * A node of a tree that lies in a row: what an object or array holds comes right behind it. The first node is
 * MORTISE_SQL_PARSER_NONE, the second the object that libpg_query's JSON is, and all others lie in that.
 */
typedef struct mortise_sql_parser_node {
  const char
      *name; /* of a member, as the JSON has it; NULL: of an element. Ends in a zero, and is a literal: this
                       address has this name for as long as the plugin runs. */
  const char *text;  /* UTF-8; valid during the call */
  uint32_t size;     /* of the text, in bytes */
  uint32_t end;      /* which node, counted from 0, is the first behind this and all that it holds */
  uint32_t kind;     /* MORTISE_SQL_PARSER_... */
  uint32_t reserved; /* 0 */
} mortise_sql_parser_node;

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

  /*
   * The tree as an array of mortise_sql_parser_node: as the JSON, but that members called "location" may be left out.
   * A host that gets it makes no use of `json`. NULL: there is none. Since 1.1. [any-thread]
   */
  int32_t (*nodes)(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
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
  "fault: mortise_sql_parser_fault *) -> status [any-thread];"                                               \
  "nodes(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, "                    \
  "fault: mortise_sql_parser_fault *) -> status [any-thread] since 1.1"

MORTISE_SERVICE_CELL(mortise_sql_parser, 1)

#endif
