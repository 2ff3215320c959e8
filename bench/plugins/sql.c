/* Routes by a parameter, by the tenant that the summary of the SQL shows, or makes what `ASKS` says and passes. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "sql", .version = "1.0.0")
MORTISE_REQUIRE(sql, 1, 0)

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  const mortise_host *host = module_host;
  const mortise_statement *statement = context->statement;
  (void)host, (void)statement, (void)route;
#if defined(ASKS_SUMMARY)
  return mortise_sql_service->summary(host, statement)->outcome == MORTISE_SQL_PARSED ? MORTISE_PASS : -2;
#elif defined(ASKS_TREE)
  return mortise_sql_service->tree(host, statement)->outcome == MORTISE_SQL_PARSED ? MORTISE_PASS : -2;
#elif defined(ASKS_FINGERPRINT)
  uint64_t fingerprint;
  return mortise_sql_service->fingerprint(host, statement, &fingerprint) == MORTISE_OK ? MORTISE_PASS : -2;
#elif defined(ASKS_NORMALISED)
  mortise_text sql;
  return mortise_sql_service->normalise(host, statement, &sql) == MORTISE_OK ? MORTISE_PASS : -2;
#elif defined(ASKS_NOTHING)
  return MORTISE_PASS;
#else
  uint64_t parameter = 1;
  int64_t tenant;
#if defined(READS_SUMMARY)
  const mortise_sql_summary *summary = mortise_sql_service->summary(host, statement);
  parameter = 0;
  for (uint32_t i = 0; i < summary->comparison_count && parameter == 0; i++) {
    const mortise_sql_comparison *compared = &summary->comparisons[i];
    if (compared->flags & MORTISE_SQL_CERTAIN && compared->column.size == 9 &&
        memcmp(compared->column.data, "tenant_id", 9) == 0)
      parameter = compared->parameter;
  }
#endif
  if (parameter == 0 || !mortise_param_i64(context, parameter - 1, &tenant)) return MORTISE_PASS;
  return mortise_direct(route, (uint64_t)tenant % context->shards);
#endif
}
