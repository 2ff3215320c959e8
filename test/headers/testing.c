/* A plugin that uses every service, tested with mortise/testing.h alone. */
#include "check.h"

#include <mortise/mortise.h>

MORTISE_MODULE(.name = "tested", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)
MORTISE_REQUIRE(clock, 1, 0)
MORTISE_REQUIRE(tasks, 1, 0)
MORTISE_REQUIRE(state, 1, 0)
MORTISE_REQUIRE(files, 1, 0)
MORTISE_REQUIRE(metrics, 1, 0)
MORTISE_REQUIRE(memory, 1, 0)
MORTISE_REQUIRE(collect, 1, 0)
MORTISE_WANT(sql, 1, 0)

static int ticks;
static uint64_t timer;
static mortise_metric *asked;
static void *block;

static void tick(void *context) {
  (void)context;
  if (++ticks == 3) mortise_tasks_service->cancel(module_host, timer);
}

static int32_t read_load(void *context) {
  const mortise_collect_value values[] = {{.gauge = 0.5}, {.gauge = 2}};
  const mortise_collect_report report = {
      .size = sizeof report, .count = 2, .identity = {.type = mortise_text_of("load")}, .values = values};
  (void)context;
  return mortise_collect_service->dispatch(module_host, &report);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const mortise_value *nodes = mortise_config_list(host, "nodes");
  const mortise_collect_callbacks reader = {
      .size = sizeof reader, .name = mortise_text_of("load"), .read = read_load};
  char rule[8] = {0};
  int64_t sum = 0;
  for (uint32_t i = 0; nodes && i < nodes->count; i++)
    sum += mortise_config_i64_in(host, &nodes->as.items[i], "weight", 1);
  mortise_log(MORTISE_LOG_INFO, "sum %" PRId64 " of %s", sum,
              mortise_config_string(host, "names.\"a.b\"", "nobody"));
  if (mortise_config_bool(host, "fails", 0)) return mortise_fail(error, "it was told to");
  if (mortise_files_service->read(host, mortise_text_of("rules/eu.txt"), 1, rule, 7, error) < 0)
    return MORTISE_ERROR;
  mortise_state_service->put(host, mortise_text_of("rule"), rule, strlen(rule), error);
  mortise_files_service->write(host, mortise_text_of("cache/x"), rule, 2, MORTISE_FILES_APPEND, error);
  mortise_files_service->write(host, mortise_text_of("cache/x"), "!", 1, MORTISE_FILES_APPEND, error);
  asked = mortise_metrics_service->counter(host, mortise_text_of("asked"), mortise_text_of("queries"));
  timer = mortise_tasks_service->start_timer(host, 1000000000, 1000000000, tick, NULL);
  block = mortise_memory_service->allocate(host, 16);
  return mortise_collect_service->add(host, &reader, error);
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  int64_t key;
  mortise_metrics_service->add(module_host, asked, 1);
  if (mortise_sql_service &&
      mortise_sql_service->summary(module_host, context->statement)->statement_count > 1)
    return mortise_block_because(route, "42501", "several statements");
  if (!mortise_param_i64(context, 0, &key)) return MORTISE_PASS;
  return mortise_direct(route, (uint64_t)key % context->shards);
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  mortise_memory_service->release(host, block);
}

#include <mortise/testing.h>

static int32_t count(void *context, mortise_text key, uint64_t bytes) {
  (void)key;
  *(uint64_t *)context += bytes;
  return MORTISE_OK;
}

static int32_t count_files(void *context, const mortise_file *file) {
  *(uint64_t *)context += file->bytes;
  return MORTISE_OK;
}

static void starts(void) {
  uint64_t total = 0;
  mortise_test_begin("{ 'nodes': [ { \"weight\": 2 }, { 'other': 1.5e1 } ], 'names': { 'a.b': 'zoë\\n' } }");
  CHECK(mortise_test_enter(module_init) == MORTISE_ERROR);
  CHECK(strstr(mortise_test_error(), "no such file"));
  mortise_test_begin("{ 'nodes': [ { \"weight\": 2 }, { 'other': 1.5e1 } ], 'names': { 'a.b': 'zoë' } }");
  mortise_test_file("rules/eu.txt", "abc");
  mortise_test_file("rules/deep/x", "y");
  CHECK(mortise_test_enter(module_init) == MORTISE_OK);
  CHECK(strcmp(mortise_test_log(), "info sum 3 of zoë\n") == 0);
  CHECK(strcmp(mortise_test_file_text("cache/x"), "bc!") == 0 && !mortise_test_file_text("cache/y"));
  CHECK(mortise_state_service->each(module_host, count, &total) == MORTISE_OK && total == 2);
  CHECK(mortise_state_service->remove(module_host, mortise_text_of("rule")) == MORTISE_OK);
  CHECK(mortise_state_service->get(module_host, mortise_text_of("rule"), NULL, 0) == -1);
  total = 0;
  CHECK(mortise_files_service->list(module_host, mortise_text_of("rules"), count_files, &total, NULL) ==
        MORTISE_OK);
  CHECK(total == 3);
  CHECK(mortise_test_blocks() == 1);
  CHECK(mortise_test_collected("load")->read(NULL) == MORTISE_OK);
  CHECK(strcmp(mortise_test_dispatched(), "load- 0.5 2\n") == 0);
  mortise_test_end();
  CHECK(mortise_test_blocks() == 0);
}

static void routes(void) {
  static const mortise_sql_summary two = {.size = sizeof two, .statement_count = 2};
  mortise_query query = mortise_query_of("SELECT $1");
  int32_t status;
  mortise_query_i64(&query, -2);
  query.context.shards = 4;
  mortise_route route = mortise_query_ask(&query, module_route, &status);
  CHECK(status == MORTISE_OK && route.target == MORTISE_TARGET_DIRECT && route.shard == 2 &&
        route.reason[0] == 0);
  CHECK(mortise_test_metric("asked") == 1 && mortise_test_metric("none") == -1);
  query.summary = &two;
  route = mortise_query_ask(&query, module_route, NULL);
  CHECK(route.target == MORTISE_TARGET_BLOCKED && strcmp(route.reason, "several statements") == 0);
  MORTISE_TEST_WITHOUT(sql);
  CHECK(mortise_query_ask(&query, module_route, NULL).target == MORTISE_TARGET_DIRECT);
  query = mortise_query_of("SELECT $1");
  mortise_query_null(&query);
  mortise_query_ask(&query, module_route, &status);
  CHECK(status == MORTISE_PASS);
}

static void waits(void) {
  const int64_t before = mortise_clock_service->monotonic(module_host);
  ticks = 0;
  CHECK(mortise_test_run_tasks() == 0 && ticks == 0);
  CHECK(mortise_test_advance(2500000000) == 2 && ticks == 2);
  CHECK(mortise_clock_service->monotonic(module_host) - before == 2500000000);
  CHECK(mortise_test_advance(10000000000) == 1 && ticks == 3); /* it cancels itself */
  CHECK(mortise_tasks_service->run_pool(module_host, tick, NULL) > 0 && mortise_test_run_tasks() == 1);
}

static void refuses(void) {
  CHECK(mortise_test_init("{ 'nodes': 1 }") == MORTISE_ERROR);
  CHECK(strstr(mortise_test_refusals(), "nodes must be a list\n"));
  CHECK(mortise_test_init("{ 'fails': true }") == MORTISE_ERROR);
  CHECK(strcmp(mortise_test_error(), "it was told to") == 0);
}

int main(void) {
  starts();
  routes();
  waits();
  refuses();
  mortise_test_begin(NULL);
  mortise_test_forget();
  return check_end();
}
