/*
 * primary_only_tables: sends reads of some tables to the primary, since their replicas lag or, as for UNLOGGED tables,
 * have nothing. Everything else it leaves to the next plugin. README.md has the configuration and the limits.
 */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "primary_only_tables", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)
MORTISE_REQUIRE(sql, 1, 0)

enum { MAX_TABLES = 256 };

typedef struct table_name {
  mortise_text schema; /* empty: any */
  mortise_text name;
} table_name;

/* Written by module_init, only read afterwards: module_route may run on many threads. */
static struct {
  int32_t target;
  uint32_t count;
  table_name tables[MAX_TABLES]; /* texts of the configuration, which outlives the calls */
} settings;

/* "sessions" or "app.sessions". 0: neither. */
static int read_name(mortise_text text, table_name *into) {
  uint64_t dot = 0;
  memset(into, 0, sizeof *into);
  while (dot < text.size && text.data[dot] != '.')
    dot++;
  into->name = text;
  if (dot < text.size) {
    into->schema.data = text.data;
    into->schema.size = dot;
    into->name.data = text.data + dot + 1;
    into->name.size = text.size - dot - 1;
    if (dot == 0 || memchr(into->name.data, '.', (size_t)into->name.size)) return 0;
  }
  return into->name.size > 0;
}

static void read_tables(const mortise_host *host) {
  const mortise_value *list = mortise_config_list(host, "tables");
  for (uint32_t at = 0; list && at < list->count; at++) {
    const mortise_value *item = &list->as.items[at];
    if (at == MAX_TABLES || item->type != MORTISE_VALUE_TEXT ||
        !read_name(item->as.text, &settings.tables[at])) {
      host->config->refuse(
          host, mortise_text_of("tables"),
          mortise_text_of("must be at most 256 names, such as \"sessions\" or \"app.sessions\""));
      return;
    }
    settings.count++;
  }
  if (settings.count == 0)
    host->config->refuse(host, mortise_text_of("tables"), mortise_text_of("must name a table"));
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const char *target = mortise_config_string(host, "target", "unknown");
  (void)error; /* whatever can be wrong is a value, and refuse() names it */
  memset(&settings, 0, sizeof settings);
  if (target && strcmp(target, "all") == 0)
    settings.target = MORTISE_TARGET_ALL;
  else if (!target || strcmp(target, "unknown") != 0)
    host->config->refuse(host, mortise_text_of("target"), mortise_text_of("must be \"all\" or \"unknown\""));
  read_tables(host);
  mortise_log(MORTISE_LOG_INFO, "%u tables are read from the primary", settings.count);
  return MORTISE_OK;
}

/* A name without its schema may be in any. */
static int is_listed(const mortise_sql_table *table) {
  for (uint32_t at = 0; at < settings.count; at++) {
    const table_name *one = &settings.tables[at];
    if (!mortise_text_equal(one->name, table->name)) continue;
    if (one->schema.size == 0 || table->schema.size == 0 || mortise_text_equal(one->schema, table->schema))
      return 1;
  }
  return 0;
}

/* 1: it reads a listed table, or nobody can tell what it reads. Writes go to the primary anyway. */
static int needs_primary(const mortise_sql_summary *all) {
  if (all->outcome == MORTISE_SQL_SYNTAX_ERROR) return 0; /* the server will say so */
  if (all->outcome != MORTISE_SQL_PARSED) return 1;
  if (all->access == MORTISE_ACCESS_WRITE) return 0;
  for (uint32_t at = 0; at < all->table_count; at++) {
    if (is_listed(&all->tables[at])) return 1;
  }
  return 0;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  const mortise_sql_summary *all = mortise_sql_service->summary(module_host, context->statement);
  if (!needs_primary(all)) return MORTISE_PASS;
  /* Where there is one shard only, it is that one. */
  if (context->shards == 1) return mortise_answer(route, MORTISE_TARGET_DIRECT, 0, MORTISE_ACCESS_WRITE);
  return mortise_answer(route, settings.target, 0, MORTISE_ACCESS_WRITE);
}
