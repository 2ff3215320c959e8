/* `make test`: calls the plugin as a host does, without one. mortise/testing.h says what else a test can do. */
#undef NDEBUG
#include "plugin.c"

#include <assert.h>
#include <mortise/testing.h>

int main(void) {
  mortise_query query = mortise_query_of("SELECT * FROM orders WHERE id = $1");
  int32_t status;
  query.context.shards = 4;
  mortise_query_text(&query, "42");

  assert(mortise_test_init("{ 'parameter': 1 }") == MORTISE_OK);
  assert(strcmp(mortise_test_log(), "info routing by $1\n") == 0);
  assert(mortise_query_ask(&query, module_route, &status).shard == 2 && status == MORTISE_OK);

  /* Without a key it has no opinion. */
  query = mortise_query_of("SELECT 1");
  mortise_query_ask(&query, module_route, &status);
  assert(status == MORTISE_PASS);
  mortise_test_end();

  assert(mortise_test_init("{ 'parameter': 0 }") != MORTISE_OK);
  assert(strstr(mortise_test_error(), "counts from 1"));
  assert(mortise_test_init("{ 'parameter': 'one' }") != MORTISE_OK);
  return 0;
}
