// oconfig_*: trees of options that plugins keep or read themselves.
#include "collectd/library/exports.h"

#include <cstdlib>
#include <cstring>

namespace mortise::collectd {
namespace {

constexpr int max_depth = 128;

void release(oconfig_item_t &item) {
  free(item.key);
  for (int i = 0; i < item.values_num; i++)
    if (item.values[i].type == oconfig_string) free(item.values[i].value.string);
  free(item.values);
  for (int i = 0; i < item.children_num; i++)
    release(item.children[i]);
  free(item.children);
}

// What was made before memory ran out is in `to`.
bool copy(const oconfig_item_t &from, oconfig_item_t &to, int depth) {
  if (depth == 0) return false;
  if (from.key && !(to.key = strdup(from.key))) return false;
  if (from.values_num > 0) {
    to.values =
        static_cast<oconfig_value_t *>(calloc(static_cast<size_t>(from.values_num), sizeof *to.values));
    if (!to.values) return false;
    for (; to.values_num < from.values_num; to.values_num++) {
      oconfig_value_t value = from.values[to.values_num];
      if (value.type == oconfig_string && !(value.value.string = strdup(value.value.string))) return false;
      to.values[to.values_num] = value;
    }
  }
  if (from.children_num > 0) {
    to.children =
        static_cast<oconfig_item_t *>(calloc(static_cast<size_t>(from.children_num), sizeof *to.children));
    if (!to.children) return false;
    while (to.children_num < from.children_num) {
      const int index = to.children_num++;
      to.children[index].parent = &to;
      if (!copy(from.children[index], to.children[index], depth - 1)) return false;
    }
  }
  return true;
}

} // namespace

MORTISE_EXPORT oconfig_item_t *oconfig_clone(const oconfig_item_t *item) {
  if (!item) return nullptr;
  oconfig_item_t *made = static_cast<oconfig_item_t *>(calloc(1, sizeof *made));
  if (made && copy(*item, *made, max_depth)) return made;
  if (made) release(*made);
  free(made);
  return nullptr;
}

MORTISE_EXPORT void oconfig_free(oconfig_item_t *item) {
  if (!item) return;
  release(*item);
  free(item);
}

MORTISE_EXPORT oconfig_item_t *oconfig_parse_file(const char *path) {
  Gateway *host = gateway();
  return host && path ? host->parse_config(path) : nullptr;
}

} // namespace mortise::collectd
