/*
 * A host for a plugin's unit tests: no Node.js, no library, nothing to start.
 *
 *   #include "plugin.c"
 *   #include <assert.h>
 *   #include <mortise/testing.h>
 *
 *   int main(void) {
 *     mortise_query query = mortise_query_of("SELECT * FROM orders WHERE id = $1");
 *     assert(mortise_test_init("{ 'parameter': 1 }") == MORTISE_OK);
 *     query.context.shards = 4;
 *     mortise_query_text(&query, "42");
 *     assert(mortise_query_ask(&query, module_route, NULL).shard == 2);
 *     mortise_test_end();
 *     return 0;
 *   }
 *
 * It fills the cells of mortise's own services with fakes that remember: log, clock, tasks, state, files, metrics,
 * memory, collect and sql. Include it in one file of a test, after the plugin. It is no part of the ABI, and may change.
 *
 * The cells are found by weak symbols, which ELF has. Elsewhere a test names those of its plugin once it
 * began, MORTISE_TEST_LINK(log), and calls mortise_test_enter(module_init) instead of mortise_test_init. In C++, and where a plugin has several source files, all of them are compiled into the test.
 */
#ifndef MORTISE_TESTING_H
#define MORTISE_TESTING_H

/* It stands below the plugin, whose names its own may shadow: no concern of who is strict with his plugin. */
#if defined(__GNUC__)
#pragma GCC system_header
#endif

#include <mortise/mortise.h>
#include <mortise/testing/collect.h>
#include <mortise/testing/config.h>
#include <mortise/testing/log.h>
#include <mortise/testing/memory.h>
#include <mortise/testing/metrics.h>
#include <mortise/testing/query.h>
#include <mortise/testing/stores.h>
#include <mortise/testing/time.h>

#define mortise_test_table_log mortise_test_log_table
#define mortise_test_table_clock mortise_test_clock_table
#define mortise_test_table_tasks mortise_test_tasks_table
#define mortise_test_table_state mortise_test_state_table
#define mortise_test_table_files mortise_test_files_table
#define mortise_test_table_metrics mortise_test_metrics_table
#define mortise_test_table_memory mortise_test_memory
#define mortise_test_table_collect mortise_test_collect_table
#define mortise_test_table_sql mortise_test_sql_table
#define mortise_test_table_config mortise_test_config

/* Fills the cell of a service, or takes the service away, as from a plugin that only wants it. */
#define MORTISE_TEST_LINK(service) (mortise_##service##_service = &mortise_test_table_##service)
#define MORTISE_TEST_WITHOUT(service) (mortise_##service##_service = NULL)

#if defined(__ELF__)
#pragma weak mortise_log_service
#pragma weak mortise_clock_service
#pragma weak mortise_tasks_service
#pragma weak mortise_state_service
#pragma weak mortise_files_service
#pragma weak mortise_metrics_service
#pragma weak mortise_memory_service
#pragma weak mortise_collect_service
#pragma weak mortise_sql_service
#pragma weak mortise_config_service
#pragma weak module_host
#pragma weak module_register
#pragma weak module_init
#pragma weak module_fini
#define MORTISE_TEST_LINK_IF_THERE_(service)                                                                 \
  if (mortise_test_is_there(&mortise_##service##_service)) MORTISE_TEST_LINK(service)
#define MORTISE_TEST_IS_THERE_(symbol) mortise_test_is_there(&(symbol))
#else
#define MORTISE_TEST_LINK_IF_THERE_(service) ((void)0)
#define MORTISE_TEST_IS_THERE_(symbol) 1
#endif

/* A function, since a compiler that sees the definition warns of the question. */
static inline int mortise_test_is_there(const void *symbol) {
  return symbol != NULL;
}

static mortise_host mortise_test_host;
static mortise_error mortise_test_failure;

static inline const void *mortise_test_get_service(const mortise_host *host, mortise_text name,
                                                   uint32_t version, mortise_text signature) {
  (void)host;
  (void)name;
  (void)version;
  (void)signature;
  return NULL;
}

static inline int32_t mortise_test_release_service(const mortise_host *host, const void *table) {
  (void)host;
  (void)table;
  return MORTISE_OK;
}

static inline int32_t mortise_test_register_service(const mortise_host *host, const mortise_service *service,
                                                    mortise_error *error) {
  (void)host;
  return service->table ? MORTISE_OK : mortise_fail(error, "the table is null");
}

static inline int32_t mortise_test_unregister_service(const mortise_host *host, const void *table,
                                                      mortise_error *error) {
  (void)host;
  (void)table;
  (void)error;
  return MORTISE_OK;
}

/*
 * Starts anew: forgets all, fills the cells, and gives the plugin this configuration, which is JSON or null. Runs
 * nothing of the plugin. Ends the program when the text is no configuration.
 */
static inline const mortise_host *mortise_test_begin(const char *config) {
  mortise_test_forget();
  mortise_test_state_entries = mortise_test_file_entries = NULL;
  mortise_test_metrics = NULL;
  memset(mortise_test_tasks, 0, sizeof mortise_test_tasks);
  mortise_test_callback_count = mortise_test_notified_count = 0;
  mortise_test_clock = mortise_test_block_count = 0;
  mortise_test_lines[0] = mortise_test_refused[0] = mortise_test_dispatched_text[0] = 0;
  memset(&mortise_test_failure, 0, sizeof mortise_test_failure);
  mortise_test_failure.size = sizeof mortise_test_failure;
  mortise_test_root = mortise_test_parse(config);
  memset(&mortise_test_host, 0, sizeof mortise_test_host);
  mortise_test_host.size = sizeof mortise_test_host;
  mortise_test_host.abi = MORTISE_VERSION(MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR);
  mortise_test_host.version = mortise_text_of("0.0.0");
  mortise_test_host.plugin = mortise_text_of("tested");
  mortise_test_host.path = mortise_text_of("tested");
  mortise_test_host.config = &mortise_test_config;
  mortise_test_host.get_service = mortise_test_get_service;
  mortise_test_host.release_service = mortise_test_release_service;
  mortise_test_host.register_service = mortise_test_register_service;
  mortise_test_host.unregister_service = mortise_test_unregister_service;
  MORTISE_TEST_LINK_IF_THERE_(log);
  MORTISE_TEST_LINK_IF_THERE_(clock);
  MORTISE_TEST_LINK_IF_THERE_(tasks);
  MORTISE_TEST_LINK_IF_THERE_(state);
  MORTISE_TEST_LINK_IF_THERE_(files);
  MORTISE_TEST_LINK_IF_THERE_(metrics);
  MORTISE_TEST_LINK_IF_THERE_(memory);
  MORTISE_TEST_LINK_IF_THERE_(collect);
  MORTISE_TEST_LINK_IF_THERE_(sql);
  MORTISE_TEST_LINK_IF_THERE_(config);
  if (MORTISE_TEST_IS_THERE_(module_host)) module_host = &mortise_test_host;
  return &mortise_test_host;
}

typedef int32_t (*mortise_test_entry_point)(const mortise_host *host, mortise_error *error);

/*
 * Calls an entry point as a host does: a value that was refused fails the plugin, whatever it returns. MORTISE_OK for
 * null.
 */
static inline int32_t mortise_test_enter(mortise_test_entry_point entry) {
  const int32_t status = entry ? entry(&mortise_test_host, &mortise_test_failure) : MORTISE_OK;
  return status == MORTISE_OK && mortise_test_refused[0] ? MORTISE_ERROR : status;
}

/* Why the last entry point failed: its own words, or else what it refused. */
static inline const char *mortise_test_error(void) {
  return mortise_test_failure.message[0] ? mortise_test_failure.message : mortise_test_refused;
}

#if defined(__ELF__)
/* Begins, and calls module_register and module_init, as far as the plugin has them. */
static inline int32_t mortise_test_init(const char *config) {
  int32_t status;
  mortise_test_begin(config);
  status = mortise_test_enter(module_register);
  return status == MORTISE_OK ? mortise_test_enter(module_init) : status;
}

static inline void mortise_test_leave(void (*fini)(const mortise_host *host)) {
  if (fini) fini(&mortise_test_host);
}

/* Calls module_fini, when there is one. */
static inline void mortise_test_end(void) {
  mortise_test_leave(module_fini);
}
#endif

#endif
