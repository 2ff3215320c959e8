// A tree as plugins get it.
#pragma once

#include "collectd/config/item.h"
#include "collectd/layout.h"

#include <memory>

namespace mortise::collectd {

// Allocated with malloc, as plugins may hand such a tree to oconfig_free. Null when there is no memory.
oconfig_item_t *make_tree(const Item &item);
// All of it, the item too.
void free_tree(oconfig_item_t *item);

struct FreeTree {
  void operator()(oconfig_item_t *item) const { free_tree(item); }
};
using Tree = std::unique_ptr<oconfig_item_t, FreeTree>;

} // namespace mortise::collectd
