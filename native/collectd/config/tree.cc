#include "collectd/config/tree.h"

#include <cstdlib>
#include <cstring>

namespace mortise::collectd {
namespace {

char *copy(const std::string &text) {
  char *made = static_cast<char *>(std::malloc(text.size() + 1));
  if (made) std::memcpy(made, text.c_str(), text.size() + 1);
  return made;
}

bool fill_value(oconfig_value_t &made, const ItemValue &value) {
  if (const std::string *text = std::get_if<std::string>(&value)) {
    made.type = oconfig_string;
    return (made.value.string = copy(*text)) != nullptr;
  }
  if (const double *number = std::get_if<double>(&value)) {
    made.type = oconfig_number;
    made.value.number = *number;
  } else {
    made.type = oconfig_boolean;
    made.value.boolean = std::get<bool>(value);
  }
  return true;
}

template <typename T> T *array_of(size_t count) {
  return static_cast<T *>(std::calloc(count, sizeof(T)));
}

// The counts grow as what they count is filled, so that what is half made can be freed.
bool fill(oconfig_item_t &made, const Item &item) {
  if (!(made.key = copy(item.key))) return false;
  if (!item.values.empty() && !(made.values = array_of<oconfig_value_t>(item.values.size()))) return false;
  for (const ItemValue &value : item.values)
    if (!fill_value(made.values[made.values_num++], value)) return false;
  if (!item.children.empty() && !(made.children = array_of<oconfig_item_t>(item.children.size())))
    return false;
  for (const Item &child : item.children) {
    oconfig_item_t &next = made.children[made.children_num++];
    next.parent = &made;
    if (!fill(next, child)) return false;
  }
  return true;
}

void release(oconfig_item_t &item) {
  for (int i = 0; i < item.values_num; i++)
    if (item.values[i].type == oconfig_string) std::free(item.values[i].value.string);
  for (int i = 0; i < item.children_num; i++)
    release(item.children[i]);
  std::free(item.key);
  std::free(item.values);
  std::free(item.children);
}

} // namespace

oconfig_item_t *make_tree(const Item &item) {
  oconfig_item_t *made = array_of<oconfig_item_t>(1);
  if (made && !fill(*made, item)) {
    free_tree(made);
    return nullptr;
  }
  return made;
}

void free_tree(oconfig_item_t *item) {
  if (!item) return;
  release(*item);
  std::free(item);
}

} // namespace mortise::collectd
