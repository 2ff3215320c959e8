/* counted.c as a plugin of collectd's: <Plugin collectd> Counts "/path" </Plugin> */
#include "collectd.h"

#include "plugin.h"
#include "utils/common/common.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { readers = 8, each = 40 };

struct counts {
  _Atomic uint64_t dispatched;
  _Atomic uint64_t refused;
  _Atomic uint64_t written;
  _Atomic uint64_t lives;
};

static struct counts *counts;
static char path[1024];

static int configure(oconfig_item_t *block) {
  for (int i = 0; i < block->children_num; i++)
    if (strcasecmp(block->children[i].key, "Counts") == 0)
      return cf_util_get_string_buffer(&block->children[i], path, sizeof path);
  return -1;
}

static int read_some(user_data_t *data) {
  value_t value = {.gauge = 1};
  value_list_t list = VALUE_LIST_INIT;
  list.values = &value;
  list.values_len = 1;
  sstrncpy(list.plugin, "counted", sizeof list.plugin);
  snprintf(list.plugin_instance, sizeof list.plugin_instance, "%d", (int)(intptr_t)data->data);
  sstrncpy(list.type, "gauge", sizeof list.type);
  for (int i = 0; i < each; i++) {
    list.time = cdtime();
    atomic_fetch_add(plugin_dispatch_values(&list) == 0 ? &counts->dispatched : &counts->refused, 1);
  }
  return 0;
}

static int write_one(const data_set_t *set, const value_list_t *list, user_data_t *data) {
  (void)set;
  (void)data;
  if (strcmp(list->plugin, "counted") == 0) atomic_fetch_add(&counts->written, 1);
  return 0;
}

static int init(void) {
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return -1;
  counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (counts == MAP_FAILED) return -1;
  atomic_fetch_add(&counts->lives, 1);
  for (int i = 0; i < readers; i++) {
    char name[32];
    snprintf(name, sizeof name, "counted/%d", i);
    user_data_t number = {.data = (void *)(intptr_t)i};
    plugin_register_complex_read(NULL, name, read_some, MS_TO_CDTIME_T(1), &number);
  }
  return plugin_register_write("counted", write_one, NULL);
}

void module_register(void) {
  plugin_register_complex_config("collectd", configure);
  plugin_register_init("collectd", init);
}
