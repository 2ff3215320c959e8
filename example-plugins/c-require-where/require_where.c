/*
 * require_where: blocks UPDATE and DELETE without WHERE, and INSERT without the names of its columns, wherever they
 * stand in a statement. Everything else it leaves to the next plugin. README.md has the configuration and the limits.
 */
#include <mortise/mortise.h>

/* Without a tree nobody knows what a query does: the host blocks it instead of asking. */
MORTISE_MODULE(.name = "require_where", .version = "1.0.0", .flags = MORTISE_MODULE_NEEDS_TREES)
MORTISE_REQUIRE(log, 1, 0)
MORTISE_REQUIRE(sql, 1, 0)

enum { MAX_EXCEPT = 64 };

/* Written by module_init, only read afterwards: module_route may run on many threads. */
static struct {
  int32_t where, insert_columns;
  uint32_t count;
  mortise_text except[MAX_EXCEPT]; /* tables; the texts are the configuration's, which outlives the calls */
} rules;

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const mortise_value *list = mortise_config_list(host, "except");
  (void)error; /* whatever can be wrong is a value, and refuse() names it */
  memset(&rules, 0, sizeof rules);
  rules.where = mortise_config_bool(host, "where", 1);
  rules.insert_columns = mortise_config_bool(host, "insert_columns", 1);
  for (uint32_t at = 0; list && at < list->count; at++) {
    const mortise_value *item = &list->as.items[at];
    if (at == MAX_EXCEPT || item->type != MORTISE_VALUE_TEXT || item->as.text.size == 0) {
      host->config->refuse(host, mortise_text_of("except"),
                           mortise_text_of("must be at most 64 names of tables"));
      return MORTISE_OK;
    }
    rules.except[rules.count++] = item->as.text;
  }
  if (!rules.where && !rules.insert_columns)
    mortise_log(MORTISE_LOG_WARNING, "both rules are off: nothing will be blocked");
  return MORTISE_OK;
}

/* The table that a block changes. Its first is: others are those that it reads. */
static const mortise_sql_table *changed(const mortise_sql_summary *all, uint32_t block) {
  for (uint32_t at = 0; at < all->table_count; at++) {
    const mortise_sql_table *table = &all->tables[at];
    if (table->block == block && table->use == MORTISE_SQL_USE_WRITE) return table;
  }
  return NULL;
}

static int is_excepted(const mortise_sql_table *table) {
  for (uint32_t at = 0; at < rules.count; at++) {
    if (mortise_text_equal(rules.except[at], table->name)) return 1;
  }
  return 0;
}

/* INSERT … DEFAULT VALUES gives no column a value, so it names none. */
static int has_default_values(const mortise_sql_summary *all, uint32_t block) {
  if (all->blocks[block].flags & MORTISE_SQL_HAS_VALUES) return 0;
  for (uint32_t at = block + 1; at < all->block_count; at++) {
    if (all->blocks[at].parent == block) return 0;
  }
  return 1;
}

/* What a block lacks, for the reason; null: nothing. */
static const char *broken_rule(const mortise_sql_summary *all, uint32_t block) {
  const uint32_t flags = all->blocks[block].flags;
  switch (all->blocks[block].kind) {
  case MORTISE_SQL_UPDATE:
    return rules.where && !(flags & MORTISE_SQL_HAS_WHERE) ? "UPDATE of %.*s needs a WHERE" : NULL;
  case MORTISE_SQL_DELETE:
    return rules.where && !(flags & MORTISE_SQL_HAS_WHERE) ? "DELETE FROM %.*s needs a WHERE" : NULL;
  case MORTISE_SQL_INSERT:
    return rules.insert_columns && !(flags & MORTISE_SQL_HAS_COLUMNS) && !has_default_values(all, block)
               ? "INSERT INTO %.*s must name its columns"
               : NULL;
  default:
    return NULL;
  }
}

/* EXPLAIN without ANALYZE changes nothing. */
static int is_only_explained(const mortise_sql_summary *all, uint32_t block) {
  const mortise_sql_statement *statement = &all->statements[all->blocks[block].statement];
  return statement->kind == MORTISE_SQL_EXPLAIN && statement->access == MORTISE_ACCESS_READ;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  const mortise_sql_summary *all = mortise_sql_service->summary(module_host, context->statement);
  for (uint32_t block = 0; block < all->block_count; block++) {
    const char *broken = broken_rule(all, block);
    if (!broken || is_only_explained(all, block)) continue;
    const mortise_sql_table *table = changed(all, block);
    if (!table || is_excepted(table)) continue;
    mortise_log(MORTISE_LOG_WARNING, broken, MORTISE_TEXT_ARGS(table->name));
    return mortise_block_because(route, NULL, broken, MORTISE_TEXT_ARGS(table->name));
  }
  return MORTISE_PASS;
}
