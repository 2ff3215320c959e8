// llist_*: a list whose entries plugins walk by themselves. Keys and values are not its own.
#include "collectd/library/exports.h"

#include <cstdlib>
#include <cstring>

namespace mortise::collectd {

extern "C" {

struct llentry_t {
  char *key;
  void *value;
  llentry_t *next;
};

struct llist_t {
  llentry_t *head = nullptr;
  llentry_t *tail = nullptr;
  int size = 0;
};

} // extern "C"

MORTISE_EXPORT llist_t *llist_create() {
  return new llist_t;
}

MORTISE_EXPORT void llist_destroy(llist_t *list) {
  if (!list) return;
  for (llentry_t *entry = list->head; entry;) {
    llentry_t *next = entry->next;
    free(entry);
    entry = next;
  }
  delete list;
}

MORTISE_EXPORT llentry_t *llentry_create(char *key, void *value) {
  llentry_t *entry = static_cast<llentry_t *>(malloc(sizeof *entry));
  if (entry) *entry = {key, value, nullptr};
  return entry;
}

MORTISE_EXPORT void llentry_destroy(llentry_t *entry) {
  free(entry);
}

MORTISE_EXPORT void llist_append(llist_t *list, llentry_t *entry) {
  entry->next = nullptr;
  (list->tail ? list->tail->next : list->head) = entry;
  list->tail = entry;
  list->size++;
}

MORTISE_EXPORT void llist_prepend(llist_t *list, llentry_t *entry) {
  entry->next = list->head;
  list->head = entry;
  if (!list->tail) list->tail = entry;
  list->size++;
}

MORTISE_EXPORT void llist_remove(llist_t *list, llentry_t *entry) {
  if (!list || !entry) return;
  llentry_t *before = nullptr;
  for (llentry_t **at = &list->head; *at; before = *at, at = &(*at)->next) {
    if (*at != entry) continue;
    *at = entry->next;
    if (list->tail == entry) list->tail = before;
    list->size--;
    return;
  }
}

MORTISE_EXPORT int llist_size(llist_t *list) {
  return list ? list->size : 0;
}

MORTISE_EXPORT llentry_t *llist_search(llist_t *list, const char *key) {
  for (llentry_t *entry = list ? list->head : nullptr; entry; entry = entry->next)
    if (strcmp(key, entry->key) == 0) return entry;
  return nullptr;
}

MORTISE_EXPORT llentry_t *llist_search_custom(llist_t *list, int (*compare)(llentry_t *, void *),
                                              void *context) {
  for (llentry_t *entry = list ? list->head : nullptr; entry;) {
    llentry_t *next = entry->next; // `compare` may remove it
    if (compare(entry, context) == 0) return entry;
    entry = next;
  }
  return nullptr;
}

MORTISE_EXPORT llentry_t *llist_head(llist_t *list) {
  return list ? list->head : nullptr;
}

MORTISE_EXPORT llentry_t *llist_tail(llist_t *list) {
  return list ? list->tail : nullptr;
}

} // namespace mortise::collectd
