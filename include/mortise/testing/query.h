/* Queries to ask module_route, and mortise.sql of a test's host, which finds what the test says. */
#ifndef MORTISE_TESTING_QUERY_H
#define MORTISE_TESTING_QUERY_H

#include <mortise/entry.h>
#include <mortise/sql.h>
#include <mortise/testing/memory.h>

enum { MORTISE_TEST_PARAMETERS = 64 };

/* Its context may be changed before it is asked: query.context.shards = 4. */
typedef struct mortise_query {
  mortise_context context;
  mortise_parameter parameters[MORTISE_TEST_PARAMETERS];
  uint8_t numbers[MORTISE_TEST_PARAMETERS][8];
  const mortise_sql_summary *summary; /* null: the text has no tree */
} mortise_query;

static const mortise_sql_summary *mortise_test_summary;

/* One shard, a primary, no replicas, no transaction. `sql` must live as long as the query. */
static inline mortise_query mortise_query_of(const char *sql) {
  mortise_query query;
  memset(&query, 0, sizeof query);
  query.context.size = sizeof query.context;
  query.context.shards = 1;
  query.context.has_primary = 1;
  query.context.sql = mortise_text_of(sql);
  return query;
}

static inline mortise_parameter *mortise_query_parameter(mortise_query *query) {
  if (query->context.parameter_count == MORTISE_TEST_PARAMETERS)
    mortise_test_abort("a query has at most", "64 parameters");
  return &query->parameters[query->context.parameter_count++];
}

/* One more parameter, as text, which must live as long as the query. */
static inline void mortise_query_text(mortise_query *query, const char *text) {
  mortise_parameter *parameter = mortise_query_parameter(query);
  parameter->data = (const uint8_t *)text;
  parameter->size = strlen(text);
  parameter->format = MORTISE_FORMAT_TEXT;
}

/* One more parameter, null. */
static inline void mortise_query_null(mortise_query *query) {
  mortise_query_parameter(query)->is_null = 1;
}

/* One more parameter, as the eight bytes of an int8. */
static inline void mortise_query_i64(mortise_query *query, int64_t number) {
  uint8_t *bytes = query->numbers[query->context.parameter_count % MORTISE_TEST_PARAMETERS];
  mortise_parameter *parameter = mortise_query_parameter(query);
  int i;
  for (i = 0; i < 8; i++)
    bytes[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
  parameter->data = bytes;
  parameter->size = 8;
  parameter->format = MORTISE_FORMAT_BINARY;
}

/* Bytes that nobody may read, in place of what was there: as a plugin receives them. */
static inline mortise_route mortise_query_route(void) {
  mortise_route route;
  memset(&route, 0, sizeof route);
  memset(route.reason + 1, 'x', sizeof route.reason - 2);
  route.size = sizeof route;
  return route;
}

typedef int32_t (*mortise_route_function)(const mortise_context *context, mortise_route *route);

/* Asks a function such as module_route. `status` gets what it returned, and may be null. */
static inline mortise_route mortise_query_ask(mortise_query *query, mortise_route_function function,
                                              int32_t *status) {
  mortise_route route = mortise_query_route();
  int32_t returned;
  query->context.parameters = query->parameters;
  mortise_test_summary = query->summary;
  returned = function(&query->context, &route);
  mortise_test_summary = NULL;
  if (status) *status = returned;
  return route;
}

static inline const mortise_sql_summary *mortise_test_sql_summary(const mortise_host *host,
                                                                  const mortise_statement *statement) {
  static mortise_sql_summary none;
  (void)host;
  (void)statement;
  none.size = sizeof none;
  none.outcome = MORTISE_SQL_NO_TREE;
  none.message = mortise_text_of("a test has no parser");
  return mortise_test_summary ? mortise_test_summary : &none;
}

static inline const mortise_sql_tree *mortise_test_sql_tree(const mortise_host *host,
                                                            const mortise_statement *statement) {
  static mortise_sql_tree none;
  (void)host;
  (void)statement;
  none.size = sizeof none;
  none.outcome = MORTISE_SQL_NO_TREE;
  none.message = mortise_text_of("a test has no parser");
  return &none;
}

static inline int32_t mortise_test_sql_fingerprint(const mortise_host *host,
                                                   const mortise_statement *statement,
                                                   uint64_t *fingerprint) {
  (void)host;
  (void)statement;
  *fingerprint = 0;
  return MORTISE_ERROR;
}

static inline int32_t mortise_test_sql_normalise(const mortise_host *host, const mortise_statement *statement,
                                                 mortise_text *sql) {
  (void)host;
  (void)statement;
  *sql = mortise_text_of("");
  return MORTISE_ERROR;
}

static const mortise_sql_v1 mortise_test_sql_table = {
    sizeof(mortise_sql_v1),       0,
    mortise_test_sql_summary,     mortise_test_sql_tree,
    mortise_test_sql_fingerprint, mortise_test_sql_normalise};

#endif
