/* Provides sql.parser: a text that begins with "ok" is one empty statement list, any other is what it says. */
#include <mortise/mortise.h>
#include <mortise/sql_parser.h>

#ifndef PARSER
#define PARSER "17-9.9.9"
#endif

MORTISE_MODULE(.name = "own_parser", .version = "1.0.0", .parser = PARSER)
MORTISE_PROVIDE_SERVICE(mortise_sql_parser, "sql.parser", 1, 1)

static int begins(mortise_text text, const char *word) {
  return text.size >= strlen(word) && memcmp(text.data, word, strlen(word)) == 0;
}

static int32_t give(const char *made, mortise_text sql, mortise_sql_parser_receive receive, void *context,
                    mortise_sql_parser_fault *fault) {
  if (begins(sql, "syntax")) {
    fault->is_syntax = 1;
    fault->position = 3;
    memcpy(fault->message, "not so", 7);
    return MORTISE_ERROR;
  }
  if (begins(sql, "long")) {
    memset(fault->message, 'x', sizeof fault->message);
    return MORTISE_ERROR;
  }
  if (begins(sql, "never")) return MORTISE_OK;
  receive(context, made, strlen(made));
  if (begins(sql, "twice")) receive(context, "{", 1);
  if (begins(sql, "both")) return MORTISE_ERROR;
  return MORTISE_OK;
}

static int32_t json(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
                    void *context, mortise_sql_parser_fault *fault) {
  (void)host;
  return give(begins(sql, "garbage") ? "{\"version\":[" : "{\"version\":170009,\"stmts\":[]}", sql, receive,
              context, fault);
}

static int32_t protobuf(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
                        void *context, mortise_sql_parser_fault *fault) {
  (void)host;
  return give("tree!", sql, receive, context, fault);
}

static int32_t fingerprint(const mortise_host *host, mortise_text sql, uint64_t *made,
                           mortise_sql_parser_fault *fault) {
  (void)host, (void)sql, (void)fault;
  *made = 0x1234;
  return MORTISE_OK;
}

static int32_t normalise(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
                         void *context, mortise_sql_parser_fault *fault) {
  (void)host;
  return give("normal", sql, receive, context, fault);
}

#ifdef NODES
/* One TRUNCATE of "a", or what isn't a tree. */
static int32_t nodes(const mortise_host *host, mortise_text sql, mortise_sql_parser_receive receive,
                     void *context, mortise_sql_parser_fault *fault) {
  enum { OBJECT = MORTISE_SQL_PARSER_OBJECT, ARRAY, STRING };
  static const mortise_sql_parser_node tree[] = {
      {0},
      {NULL, NULL, 0, 11, OBJECT, 0},
      {"stmts", NULL, 0, 11, ARRAY, 0},
      {NULL, NULL, 0, 11, OBJECT, 0},
      {"stmt", NULL, 0, 11, OBJECT, 0},
      {"TruncateStmt", NULL, 0, 11, OBJECT, 0},
      {"relations", NULL, 0, 10, ARRAY, 0},
      {NULL, NULL, 0, 10, OBJECT, 0},
      {"RangeVar", NULL, 0, 10, OBJECT, 0},
      {"relname", "a", 1, 10, STRING, 0},
      {"behavior", "DROP_RESTRICT", 13, 11, STRING, 0},
  };
  (void)host;
  if (begins(sql, "syntax")) return give("", sql, receive, context, fault);
  /* Half of a node, one that ends behind all, and an address that no node has. */
  if (begins(sql, "half"))
    receive(context, tree, sizeof tree - 16);
  else if (begins(sql, "cut"))
    receive(context, tree, sizeof tree - sizeof tree[0]);
  else if (begins(sql, "odd"))
    receive(context, (const char *)tree + 4, sizeof tree - sizeof tree[0]);
  else if (begins(sql, "none"))
    receive(context, NULL, 0);
  else
    receive(context, tree, sizeof tree);
  return MORTISE_OK;
}
#else
#define nodes NULL
#endif

#ifndef SIZE
#define SIZE sizeof(mortise_sql_parser_v1)
#endif
static const mortise_sql_parser_v1 table = {SIZE, 0, json, protobuf, fingerprint, normalise, nodes};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 1), mortise_text_of("sql.parser"),
                                   &table, mortise_text_of(mortise_sql_parser_signature)};
  return host->register_service(host, &service, error);
}
