/* Answers with the shard what the first parameter asks about the query's SQL, and logs texts. */
#include <mortise/mortise.h>
#include <pthread.h>

#ifndef FLAGS
#define FLAGS 0
#endif

#ifndef PARSER
#define PARSER ""
#endif

MORTISE_MODULE(.name = "sql", .version = "1.0.0", .parser = PARSER, .flags = FLAGS)
MORTISE_REQUIRE(log, 1, 0)
#if defined(WANTS)
MORTISE_WANT(sql, 1, 0)
#else
MORTISE_REQUIRE(sql, 1, 0)
#endif

static int is(mortise_text text, const char *word) {
  return mortise_text_equal(text, mortise_text_of(word));
}

static void say(mortise_text text) {
  mortise_log(MORTISE_LOG_INFO, "%.*s", MORTISE_TEXT_ARGS(text));
}

static const mortise_statement *elsewhere;

static void *ask_elsewhere(void *outcome) {
  *(uint64_t *)outcome = (uint64_t)mortise_sql_service->summary(module_host, elsewhere)->outcome;
  return NULL;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  const mortise_host *host = module_host;
  const mortise_statement *statement = context->statement;
  mortise_text what;
  if (!mortise_param_text(context, 0, &what)) return MORTISE_PASS;
  if (is(what, "thread")) {
    pthread_t thread;
    uint64_t outcome = 99;
    elsewhere = statement;
    if (pthread_create(&thread, NULL, ask_elsewhere, &outcome) || pthread_join(thread, NULL)) return -2;
    return mortise_direct(route, outcome);
  }
  const mortise_sql_summary *summary = mortise_sql_service->summary(host, statement);
  if (is(what, "nothing")) return mortise_direct(route, 0);
  if (is(what, "outcome")) return mortise_direct(route, (uint64_t)summary->outcome);
  if (is(what, "message")) say(summary->message);
  if (is(what, "position")) return mortise_direct(route, summary->position);
  if (is(what, "statements")) return mortise_direct(route, summary->statement_count);
  if (is(what, "access")) return mortise_direct(route, (uint64_t)summary->access);
  if (is(what, "parameters")) return mortise_direct(route, summary->parameter_count);
  if (is(what, "table")) say(summary->table_count ? summary->tables[0].name : mortise_text_of(""));
  if (is(what, "address")) return mortise_direct(route, (uintptr_t)summary >> 4 & UINT32_MAX >> 1);
  if (is(what, "fingerprint")) {
    uint64_t fingerprint = 0;
    int32_t status = mortise_sql_service->fingerprint(host, statement, &fingerprint);
    mortise_log(MORTISE_LOG_INFO, "%d %016" PRIx64, status, fingerprint);
  }
  if (is(what, "normalise")) {
    mortise_text sql;
    int32_t status = mortise_sql_service->normalise(host, statement, &sql);
    mortise_log(MORTISE_LOG_INFO, "%d %.*s", status, MORTISE_TEXT_ARGS(sql));
  }
  const mortise_sql_tree *tree = mortise_sql_service->tree(host, statement);
  if (is(what, "tree outcome")) return mortise_direct(route, (uint64_t)tree->outcome);
  if (is(what, "tree bytes")) return mortise_direct(route, tree->bytes);
  if (is(what, "tree id")) return mortise_direct(route, tree->id);
  if (is(what, "tree")) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < tree->bytes; i++)
      sum = sum * 31 + tree->data[i];
    return mortise_direct(route, sum & UINT32_MAX >> 1);
  }
  return mortise_direct(route, 0);
}
