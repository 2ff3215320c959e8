// The tree of limits that the threshold plugin fills, and others search.
#include "collectd/library/exports.h"

#include <pthread.h>

#include <cerrno>

namespace mortise::collectd {

extern "C" {
struct c_avl_tree_t;
int c_avl_get(c_avl_tree_t *tree, const void *key, void **value);
int format_name(char *to, int size, const char *host, const char *plugin, const char *plugin_instance,
                const char *type, const char *type_instance);
}

// Keys are names as format_name makes them; `threshold_lock` guards it.
extern "C" {
MORTISE_VISIBLE c_avl_tree_t *threshold_tree = nullptr;
MORTISE_VISIBLE pthread_mutex_t threshold_lock = PTHREAD_MUTEX_INITIALIZER;
}

MORTISE_EXPORT threshold_t *threshold_get(const char *host, const char *plugin, const char *plugin_instance,
                                          const char *type, const char *type_instance) {
  char name[6 * name_size];
  void *found = nullptr;
  format_name(name, sizeof name, host, plugin, plugin_instance, type, type_instance);
  if (!threshold_tree || c_avl_get(threshold_tree, name, &found) != 0) return nullptr;
  return static_cast<threshold_t *>(found);
}

// The most particular one: what it doesn't name fits all.
MORTISE_EXPORT threshold_t *threshold_search(const value_list_t *list) {
  struct Plugin {
    const char *name, *instance;
  };
  const Plugin plugins[] = {{list->plugin, list->plugin_instance}, {list->plugin, nullptr}, {"", nullptr}};
  for (const char *host : {list->host, ""})
    for (const Plugin &plugin : plugins)
      for (const char *instance : {list->type_instance, static_cast<const char *>(nullptr)})
        if (threshold_t *found = threshold_get(host, plugin.name, plugin.instance, list->type, instance))
          return found;
  return nullptr;
}

// A copy of its first.
MORTISE_EXPORT int ut_search_threshold(const value_list_t *list, threshold_t *to) {
  if (!list || !to) return EINVAL;
  pthread_mutex_lock(&threshold_lock);
  const threshold_t *found = threshold_tree ? threshold_search(list) : nullptr;
  if (found) {
    *to = *found;
    to->next = nullptr;
  }
  pthread_mutex_unlock(&threshold_lock);
  return found ? 0 : ENOENT;
}

} // namespace mortise::collectd
