/*
 * mortise.config 1.1: the plugin's own configuration, as a tree of values: what stands under `config` in
 * mortise.toml, or what an embedder passed. Values are owned by the host and stay as they are until
 * module_fini returns.
 *
 * Every plugin has it in mortise_host.config, without asking; as a service it's there for code that takes
 * all it needs through cells.
 *
 * The host remembers which values a plugin asked for: a value that nobody asked for is reported after
 * init as a likely misspelling. A value of the wrong type fails the plugin even when its init ignores it.
 */
#ifndef MORTISE_CONFIG_H
#define MORTISE_CONFIG_H

#include <mortise/abi.h>
#include <mortise/host.h>
#include <mortise/service.h>
#include <mortise/text.h>
#include <mortise/value.h>

struct mortise_config {
  uint32_t size;
  uint32_t reserved;

  /*
   * The value at a path such as "tenants", "limits.rows" or "patterns[2]"; the empty path is the whole
   * table. A key with dots or brackets stands in quotes, as in TOML: "limits.\"10.0.0.1\"". Null when there is
   * none. Asking for a table or a list counts as asking for all inside, but for tables in a list, of which others
   * are asked for by a path. [any-thread]
   */
  const mortise_value *(*find)(const mortise_host *host, mortise_text path);

  /*
   * Refuses a value: "must be at least 1", "must be an integer". The plugin then fails with
   * MORTISE_ERR_CONFIG_VALUE, naming path, rule and value, whatever its init returns. [entry]
   */
  void (*refuse)(const mortise_host *host, mortise_text path, mortise_text rule);

  /*
   * Since 1.1: the value at a path from a value that `find` or this gave; null stands for the whole table. Null when
   * there is none. Of a table that is asked so, each key that nobody asks for is reported as a likely misspelling.
   * The empty path asks for all inside. [any-thread]
   */
  const mortise_value *(*find_in)(const mortise_host *host, const mortise_value *value, mortise_text path);

  /* Since 1.1: refuses the value at a path from a value. [entry] */
  void (*refuse_in)(const mortise_host *host, const mortise_value *value, mortise_text path,
                    mortise_text rule);
};

typedef struct mortise_config mortise_config_v1;

#define mortise_config_signature                                                                             \
  "find(host, path: mortise_text) -> const mortise_value * [any-thread];"                                    \
  "refuse(host, path: mortise_text, rule: mortise_text) -> none [entry];"                                    \
  "find_in(host, value: const mortise_value *, path: mortise_text) -> const mortise_value * [any-thread] "   \
  "since 1.1;"                                                                                               \
  "refuse_in(host, value: const mortise_value *, path: mortise_text, rule: mortise_text) -> none [entry] "   \
  "since 1.1"

MORTISE_SERVICE_CELL(mortise_config, 1)

/* The value at `path` when it has `type`; null, and refused when it has another type. [entry] */
static inline const mortise_value *mortise_config_get(const mortise_host *host, const char *path,
                                                      int32_t type, const char *rule) {
  const mortise_value *value = host->config->find(host, mortise_text_of(path));
  if (value && value->type != type) {
    host->config->refuse(host, mortise_text_of(path), mortise_text_of(rule));
    return NULL;
  }
  return value;
}

/* An integer, or `fallback` when the path has none. [entry] */
static inline int64_t mortise_config_i64(const mortise_host *host, const char *path, int64_t fallback) {
  const mortise_value *value = mortise_config_get(host, path, MORTISE_VALUE_INTEGER, "must be an integer");
  return value ? value->as.integer : fallback;
}

/* An integer of at least 0, or `fallback` when the path has none. [entry] */
static inline uint64_t mortise_config_u64(const mortise_host *host, const char *path, uint64_t fallback) {
  const mortise_value *value =
      mortise_config_get(host, path, MORTISE_VALUE_INTEGER, "must be an integer of at least 0");
  if (value && value->as.integer < 0) {
    host->config->refuse(host, mortise_text_of(path), mortise_text_of("must be an integer of at least 0"));
    return fallback;
  }
  return value ? (uint64_t)value->as.integer : fallback;
}

/* A number, with or without a fraction, or `fallback` when the path has none. [entry] */
static inline double mortise_config_f64(const mortise_host *host, const char *path, double fallback) {
  const mortise_value *value = host->config->find(host, mortise_text_of(path));
  if (value && value->type == MORTISE_VALUE_INTEGER) return (double)value->as.integer;
  value = mortise_config_get(host, path, MORTISE_VALUE_DOUBLE, "must be a number");
  return value ? value->as.number : fallback;
}

/* 0 or 1, or `fallback` when the path has none. [entry] */
static inline int mortise_config_bool(const mortise_host *host, const char *path, int fallback) {
  const mortise_value *value = mortise_config_get(host, path, MORTISE_VALUE_BOOLEAN, "must be true or false");
  return value ? value->as.boolean : fallback;
}

/* A string that ends in a zero and lives until module_fini returns, or `fallback`. [entry] */
static inline const char *mortise_config_string(const mortise_host *host, const char *path,
                                                const char *fallback) {
  const mortise_value *value = mortise_config_get(host, path, MORTISE_VALUE_TEXT, "must be a string");
  return value ? value->as.text.data : fallback;
}

/* A list, whose items are `list->as.items[0 … list->count - 1]`, or null when the path has none. [entry] */
static inline const mortise_value *mortise_config_list(const mortise_host *host, const char *path) {
  return mortise_config_get(host, path, MORTISE_VALUE_LIST, "must be a list");
}

/*
 * The same for a value that `find` gave, such as a table in a list; null when the host has no 1.1.
 *   const mortise_value *nodes = mortise_config_list(host, "nodes");
 *   for (uint32_t i = 0; nodes && i < nodes->count; i++)
 *     weight = mortise_config_i64_in(host, &nodes->as.items[i], "weight", 1);
 * [entry]
 */
static inline const mortise_value *mortise_config_get_in(const mortise_host *host, const mortise_value *from,
                                                         const char *path, int32_t type, const char *rule) {
  const mortise_value *value;
  if (!MORTISE_SERVICE_HAS(host->config, refuse_in)) return NULL;
  value = host->config->find_in(host, from, mortise_text_of(path));
  if (value && value->type != type) {
    host->config->refuse_in(host, from, mortise_text_of(path), mortise_text_of(rule));
    return NULL;
  }
  return value;
}

/* An integer, or `fallback` when the path has none. [entry] */
static inline int64_t mortise_config_i64_in(const mortise_host *host, const mortise_value *from,
                                            const char *path, int64_t fallback) {
  const mortise_value *value =
      mortise_config_get_in(host, from, path, MORTISE_VALUE_INTEGER, "must be an integer");
  return value ? value->as.integer : fallback;
}

/* An integer of at least 0, or `fallback` when the path has none. [entry] */
static inline uint64_t mortise_config_u64_in(const mortise_host *host, const mortise_value *from,
                                             const char *path, uint64_t fallback) {
  static const char rule[] = "must be an integer of at least 0";
  const mortise_value *value = mortise_config_get_in(host, from, path, MORTISE_VALUE_INTEGER, rule);
  if (value && value->as.integer < 0) {
    host->config->refuse_in(host, from, mortise_text_of(path), mortise_text_of(rule));
    return fallback;
  }
  return value ? (uint64_t)value->as.integer : fallback;
}

/* A number, with or without a fraction, or `fallback` when the path has none. [entry] */
static inline double mortise_config_f64_in(const mortise_host *host, const mortise_value *from,
                                           const char *path, double fallback) {
  const mortise_value *value;
  if (!MORTISE_SERVICE_HAS(host->config, refuse_in)) return fallback;
  value = host->config->find_in(host, from, mortise_text_of(path));
  if (value && value->type == MORTISE_VALUE_INTEGER) return (double)value->as.integer;
  value = mortise_config_get_in(host, from, path, MORTISE_VALUE_DOUBLE, "must be a number");
  return value ? value->as.number : fallback;
}

/* 0 or 1, or `fallback` when the path has none. [entry] */
static inline int mortise_config_bool_in(const mortise_host *host, const mortise_value *from,
                                         const char *path, int fallback) {
  const mortise_value *value =
      mortise_config_get_in(host, from, path, MORTISE_VALUE_BOOLEAN, "must be true or false");
  return value ? value->as.boolean : fallback;
}

/* A string that ends in a zero and lives until module_fini returns, or `fallback`. [entry] */
static inline const char *mortise_config_string_in(const mortise_host *host, const mortise_value *from,
                                                   const char *path, const char *fallback) {
  const mortise_value *value =
      mortise_config_get_in(host, from, path, MORTISE_VALUE_TEXT, "must be a string");
  return value ? value->as.text.data : fallback;
}

/* A list, or null when the path has none. [entry] */
static inline const mortise_value *mortise_config_list_in(const mortise_host *host, const mortise_value *from,
                                                          const char *path) {
  return mortise_config_get_in(host, from, path, MORTISE_VALUE_LIST, "must be a list");
}

/* A table, or null when the path has none. [entry] */
static inline const mortise_value *mortise_config_table_in(const mortise_host *host,
                                                           const mortise_value *from, const char *path) {
  return mortise_config_get_in(host, from, path, MORTISE_VALUE_TABLE, "must be a table");
}

#endif
