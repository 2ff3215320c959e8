// c_avl_*: a sorted map from pointers to pointers. Neither keys nor values are its own.
#include "collectd/library/exports.h"

#include <map>

namespace mortise::collectd {
namespace {

struct Before {
  int (*compare)(const void *, const void *);
  bool operator()(const void *a, const void *b) const { return compare(a, b) < 0; }
};
using Map = std::map<void *, void *, Before>;

} // namespace

extern "C" {

struct c_avl_tree_t {
  Map map;
};

struct c_avl_iterator_t {
  Map &map;
  enum { before_first, inside, after_last } where;
  Map::iterator at;
};

} // extern "C"

MORTISE_EXPORT c_avl_tree_t *c_avl_create(int (*compare)(const void *, const void *)) {
  return compare ? new c_avl_tree_t{Map(Before{compare})} : nullptr;
}

MORTISE_EXPORT void c_avl_destroy(c_avl_tree_t *tree) {
  delete tree;
}

// 1 when the key is there already.
MORTISE_EXPORT int c_avl_insert(c_avl_tree_t *tree, void *key, void *value) {
  if (!tree) return -1;
  return tree->map.emplace(key, value).second ? 0 : 1;
}

MORTISE_EXPORT int c_avl_remove(c_avl_tree_t *tree, const void *key, void **own_key, void **value) {
  if (!tree) return -1;
  const auto found = tree->map.find(const_cast<void *>(key));
  if (found == tree->map.end()) return -1;
  if (own_key) *own_key = found->first;
  if (value) *value = found->second;
  tree->map.erase(found);
  return 0;
}

MORTISE_EXPORT int c_avl_get(c_avl_tree_t *tree, const void *key, void **value) {
  if (!tree) return -1;
  const auto found = tree->map.find(const_cast<void *>(key));
  if (found == tree->map.end()) return -1;
  if (value) *value = found->second;
  return 0;
}

// Takes any one out.
MORTISE_EXPORT int c_avl_pick(c_avl_tree_t *tree, void **key, void **value) {
  if (!tree || !key || !value || tree->map.empty()) return -1;
  const auto first = tree->map.begin();
  *key = first->first;
  *value = first->second;
  tree->map.erase(first);
  return 0;
}

MORTISE_EXPORT c_avl_iterator_t *c_avl_get_iterator(c_avl_tree_t *tree) {
  if (!tree) return nullptr;
  return new c_avl_iterator_t{tree->map, c_avl_iterator_t::before_first, tree->map.end()};
}

MORTISE_EXPORT int c_avl_iterator_next(c_avl_iterator_t *iterator, void **key, void **value) {
  if (!iterator || !key || !value || iterator->where == c_avl_iterator_t::after_last) return -1;
  if (iterator->where == c_avl_iterator_t::before_first)
    iterator->at = iterator->map.begin();
  else
    ++iterator->at;
  iterator->where =
      iterator->at == iterator->map.end() ? c_avl_iterator_t::after_last : c_avl_iterator_t::inside;
  if (iterator->where == c_avl_iterator_t::after_last) return -1;
  *key = iterator->at->first;
  *value = iterator->at->second;
  return 0;
}

// From the last one on when it stands nowhere yet.
MORTISE_EXPORT int c_avl_iterator_prev(c_avl_iterator_t *iterator, void **key, void **value) {
  if (!iterator || !key || !value) return -1;
  if (iterator->where != c_avl_iterator_t::inside) iterator->at = iterator->map.end();
  if (iterator->at == iterator->map.begin()) {
    iterator->where = c_avl_iterator_t::before_first;
    return -1;
  }
  --iterator->at;
  iterator->where = c_avl_iterator_t::inside;
  *key = iterator->at->first;
  *value = iterator->at->second;
  return 0;
}

MORTISE_EXPORT void c_avl_iterator_destroy(c_avl_iterator_t *iterator) {
  delete iterator;
}

MORTISE_EXPORT int c_avl_size(c_avl_tree_t *tree) {
  return tree ? static_cast<int>(tree->map.size()) : 0;
}

} // namespace mortise::collectd
