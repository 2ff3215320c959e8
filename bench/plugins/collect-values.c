/* What bench -- collect-typescript reads: `readers` readers that each make `values` values of series of their own. */
#include <mortise/mortise.h>

#include <stdio.h>
#include <stdlib.h>

MORTISE_MODULE(.name = "values", .version = "1.0.0")
MORTISE_REQUIRE(collect, 1, 0)

struct reader {
  int number, values;
  double next;
};

static int32_t read_values(void *context) {
  struct reader *reader = context;
  for (int i = 0; i < reader->values; i++) {
    char name[32];
    snprintf(name, sizeof name, "%d-%d", reader->number, i);
    if (mortise_collect_gauge("gauge", name, reader->next++) != MORTISE_OK) return MORTISE_ERROR;
  }
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const int readers = (int)mortise_config_u64(host, "readers", 1);
  const int values = (int)mortise_config_u64(host, "values", 1);
  for (int i = 0; i < readers; i++) {
    char name[32];
    struct reader *reader = calloc(1, sizeof *reader); /* for as long as the process runs */
    if (!reader) return mortise_fail(error, "no memory");
    reader->number = i;
    reader->values = values;
    snprintf(name, sizeof name, "values/%d", i);
    const mortise_collect_callbacks callbacks = {
        .size = sizeof callbacks,
        .name = mortise_text_of(name),
        .context = reader,
        .read = read_values,
    };
    if (mortise_collect_service->add(host, &callbacks, error) != MORTISE_OK) return MORTISE_ERROR;
  }
  return MORTISE_OK;
}
