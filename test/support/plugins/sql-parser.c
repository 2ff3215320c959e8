/* Provides sql.parser: a text that begins with "ok" is one empty statement list, any other is what it says. */
#include <mortise/mortise.h>
#include <mortise/sql_parser.h>

#ifndef PARSER
#define PARSER "17-9.9.9"
#endif

MORTISE_MODULE(.name = "own_parser", .version = "1.0.0", .parser = PARSER)
MORTISE_PROVIDE_SERVICE(mortise_sql_parser, "sql.parser", 1, 0)

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

static const mortise_sql_parser_v1 table = {sizeof table, 0, json, protobuf, fingerprint, normalise};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of("sql.parser"),
                                   &table, mortise_text_of(mortise_sql_parser_signature)};
  return host->register_service(host, &service, error);
}
