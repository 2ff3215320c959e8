/*
 * A plugin that dispatches what it is configured to, and writes down what reaches it as a writer and as a receiver of
 * notifications. Built with collectd's own headers, for the real daemon and for mortise.
 *
 *   <Plugin source>
 *     File "/path"
 *     Value "plugin" "instance" "type" "type instance" 1 2   # as many numbers as the type has sources
 *     FailInit true
 *     Ago 100                                                # of the values after it, in seconds
 *   </Plugin>
 */
#include "collectd.h"

#include "plugin.h"
#include "utils/common/common.h"

#include <pthread.h>

#define MAX_LINES 64

struct line {
  value_list_t list;
  value_t values[8];
  double numbers[8];
};

static struct line lines[MAX_LINES];
static int count;
static double ago;
static bool fails;
static char path[1024];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int value(const oconfig_item_t *item) {
  if (count == MAX_LINES || item->values_num < 5) return -1;
  struct line *line = &lines[count++];
  char *parts[] = {line->list.plugin, line->list.plugin_instance, line->list.type, line->list.type_instance};
  for (int i = 0; i < 4; i++) {
    if (item->values[i].type != OCONFIG_TYPE_STRING) return -1;
    sstrncpy(parts[i], item->values[i].value.string, DATA_MAX_NAME_LEN);
  }
  line->list.values = line->values;
  line->list.values_len = (size_t)item->values_num - 4;
  for (size_t i = 0; i < line->list.values_len; i++)
    line->numbers[i] = item->values[i + 4].value.number;
  line->list.time = DOUBLE_TO_CDTIME_T(ago);
  return 0;
}

static int config(oconfig_item_t *block) {
  for (int i = 0; i < block->children_num; i++) {
    const oconfig_item_t *item = &block->children[i];
    int status = 0;
    if (strcasecmp(item->key, "File") == 0)
      status = cf_util_get_string_buffer(item, path, sizeof path);
    else if (strcasecmp(item->key, "Ago") == 0)
      status = cf_util_get_double(item, &ago);
    else if (strcasecmp(item->key, "FailInit") == 0)
      status = cf_util_get_boolean(item, &fails);
    else if (strcasecmp(item->key, "Value") == 0)
      status = value(item);
    else
      status = -1;
    if (status != 0) return status;
  }
  return 0;
}

static int init(void) {
  return fails ? -1 : 0;
}

static void say(const char *text) {
  pthread_mutex_lock(&lock);
  FILE *file = fopen(path, "a");
  if (file) {
    fprintf(file, "%s\n", text);
    fclose(file);
  }
  pthread_mutex_unlock(&lock);
}

static int read_it(void) {
  for (int i = 0; i < count; i++) {
    value_list_t list = lines[i].list;
    value_t values[8];
    const data_set_t *set = plugin_get_ds(list.type);
    if (!set) return -1;
    for (size_t k = 0; k < list.values_len; k++) {
      if (set->ds[k].type == DS_TYPE_GAUGE)
        values[k].gauge = lines[i].numbers[k];
      else
        values[k].derive = (derive_t)lines[i].numbers[k];
    }
    list.values = values;
    list.time = lines[i].list.time ? cdtime() - lines[i].list.time : 0;
    plugin_dispatch_values(&list);
  }
  return 0;
}

static int write_it(const data_set_t *set, const value_list_t *list, user_data_t *data) {
  char name[6 * DATA_MAX_NAME_LEN], text[2048];
  if (format_name(name, sizeof name, list->host, list->plugin, list->plugin_instance, list->type,
                  list->type_instance) != 0)
    return -1;
  int used = snprintf(text, sizeof text, "%s %s", (const char *)data->data, name);
  for (size_t i = 0; i < list->values_len; i++) {
    if (set->ds[i].type == DS_TYPE_GAUGE)
      used += snprintf(text + used, sizeof text - (size_t)used, " %.10g", list->values[i].gauge);
    else
      used += snprintf(text + used, sizeof text - (size_t)used, " %lld", (long long)list->values[i].derive);
  }
  char **keys = NULL;
  const int entries = list->meta ? meta_data_toc(list->meta, &keys) : 0;
  for (int i = 0; i < entries; i++) {
    char *held = NULL;
    if (meta_data_as_string(list->meta, keys[i], &held) == 0)
      used += snprintf(text + used, sizeof text - (size_t)used, " %s=%s", keys[i], held);
    free(held);
  }
  if (entries > 0) strarray_free(keys, (size_t)entries);
  say(text);
  return 0;
}

static int notify(const notification_t *notification, user_data_t *data) {
  (void)data;
  char text[2048];
  snprintf(text, sizeof text, "notification %d %s/%s-%s/%s-%s: %s", notification->severity,
           notification->host, notification->plugin, notification->plugin_instance, notification->type,
           notification->type_instance, notification->message);
  say(text);
  return 0;
}

void module_register(void) {
  plugin_register_complex_config("source", config);
  plugin_register_init("source", init);
  plugin_register_read("source", read_it);
  plugin_register_write("first", write_it, &(user_data_t){.data = "first"});
  plugin_register_write("second", write_it, &(user_data_t){.data = "second"});
  plugin_register_notification("source", notify, NULL);
}
