// uc_*: the value cache, as plugins ask for it. What they are given is theirs to free.
#include "collectd/library/exports.h"
#include "collectd/metadata_box.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mortise::collectd {

extern "C" meta_data_t *meta_data_clone(meta_data_t *data);

namespace {

template <typename T> T *copied(const T *from, size_t count) {
  T *to = static_cast<T *>(malloc((count > 0 ? count : 1) * sizeof *to));
  if (to) memcpy(to, from, count * sizeof *to);
  return to;
}

bool find(const char *name, Gateway::Known &known) {
  Gateway *host = gateway();
  return host && name && host->find(name, known) && known.state != state_missing;
}

bool find(const value_list_t *list, Gateway::Known &known) {
  Gateway *host = gateway();
  return host && list && host->find(list, known);
}

} // namespace

// As many as the data set has sources.
MORTISE_EXPORT double *uc_get_rate(const data_set_t *set, const value_list_t *list) {
  Gateway *host = gateway();
  if (!host || !set || !list) return nullptr;
  size_t count = 0;
  if (const double *rates = host->rates_here(list, count))
    return count == set->ds_num ? copied(rates, count) : nullptr;
  Gateway::Known known;
  if (!find(list, known) || known.state == state_missing || known.rates.size() != set->ds_num) return nullptr;
  return copied(known.rates.data(), known.rates.size());
}

MORTISE_EXPORT value_t *uc_get_value(const data_set_t *set, const value_list_t *list) {
  Gateway::Known known;
  if (!set || !find(list, known) || known.state == state_missing || known.values.size() != set->ds_num)
    return nullptr;
  return copied(known.values.data(), known.values.size());
}

MORTISE_EXPORT int uc_get_rate_by_name(const char *name, double **rates, size_t *count) {
  Gateway::Known known;
  if (!find(name, known)) return -1;
  if (!(*rates = copied(known.rates.data(), known.rates.size()))) return -1;
  *count = known.rates.size();
  return 0;
}

MORTISE_EXPORT int uc_get_value_by_name(const char *name, value_t **values, size_t *count) {
  Gateway::Known known;
  if (!find(name, known)) return -1;
  if (!(*values = copied(known.values.data(), known.values.size()))) return -1;
  *count = known.values.size();
  return 0;
}

// Those that aren't missing, and when each came last; `times` may be null.
MORTISE_EXPORT int uc_get_names(char ***names, cdtime_t **times, size_t *count) {
  Gateway *host = gateway();
  if (!host || !names || !count) return -1;
  const auto entries = host->entries(false);
  char **list = static_cast<char **>(calloc(entries.size() + 1, sizeof *list));
  cdtime_t *when = static_cast<cdtime_t *>(calloc(entries.size() + 1, sizeof *when));
  size_t made = 0;
  for (const auto &entry : entries) {
    if (!list || !when) break;
    if (entry.known.state == state_missing) continue;
    when[made] = entry.known.time;
    if ((list[made] = strdup(entry.name.c_str()))) made++;
  }
  if (!list || !when) {
    free(list);
    free(when);
    return -1;
  }
  *names = list;
  if (times)
    *times = when;
  else
    free(when);
  *count = made;
  return 0;
}

MORTISE_EXPORT int uc_get_state(const data_set_t *, const value_list_t *list) {
  Gateway::Known known;
  return find(list, known) ? known.state : state_error;
}

// The state before, or -1.
MORTISE_EXPORT int uc_set_state(const data_set_t *, const value_list_t *list, int state) {
  Gateway::Known known;
  return find(list, known) && gateway()->set_state(list, state) ? known.state : -1;
}

MORTISE_EXPORT int uc_get_hits(const data_set_t *, const value_list_t *list) {
  Gateway::Known known;
  return find(list, known) ? known.hits : state_error;
}

MORTISE_EXPORT int uc_set_hits(const data_set_t *, const value_list_t *list, int hits) {
  Gateway::Known known;
  return find(list, known) && gateway()->set_hits(list, hits) ? known.hits : -1;
}

MORTISE_EXPORT int uc_inc_hits(const data_set_t *, const value_list_t *list, int step) {
  Gateway *const host = gateway();
  int before;
  return host && list && host->add_hits(list, step, before) ? before : -1;
}

// `steps` × `sources` rates, the newest first.
MORTISE_EXPORT int uc_get_history_by_name(const char *name, double *to, size_t steps, size_t sources) {
  Gateway *host = gateway();
  std::vector<double> rates;
  if (!host || !name || !host->history(name, steps, rates)) return -ENOENT;
  if (rates.size() != steps * sources) return -EINVAL;
  memcpy(to, rates.data(), rates.size() * sizeof *to);
  return 0;
}

// Over the cache as it was when the iterator was made.
extern "C" struct uc_iter_t {
  std::vector<Gateway::Entry> entries;
  size_t next;

  const Gateway::Entry *here() const {
    return next > 0 && next <= entries.size() ? &entries[next - 1] : nullptr;
  }
};

MORTISE_EXPORT uc_iter_t *uc_get_iterator() {
  Gateway *host = gateway();
  return host ? new uc_iter_t{host->entries(true), 0} : nullptr;
}

MORTISE_EXPORT int uc_iterator_next(uc_iter_t *iterator, char **name) {
  if (!iterator) return -1;
  while (iterator->next < iterator->entries.size()) {
    const Gateway::Entry &entry = iterator->entries[iterator->next++];
    if (entry.known.state == state_missing) continue;
    if (name) *name = strdup(entry.name.c_str());
    return name && !*name ? -1 : 0;
  }
  iterator->next = iterator->entries.size() + 1;
  return -1;
}

MORTISE_EXPORT void uc_iterator_destroy(uc_iter_t *iterator) {
  if (!iterator) return;
  for (const Gateway::Entry &entry : iterator->entries)
    delete entry.meta;
  delete iterator;
}

MORTISE_EXPORT int uc_iterator_get_time(uc_iter_t *iterator, cdtime_t *time) {
  const auto *entry = iterator ? iterator->here() : nullptr;
  if (!entry) return -1;
  *time = entry->known.time;
  return 0;
}

MORTISE_EXPORT int uc_iterator_get_interval(uc_iter_t *iterator, cdtime_t *interval) {
  const auto *entry = iterator ? iterator->here() : nullptr;
  if (!entry) return -1;
  *interval = entry->known.interval;
  return 0;
}

MORTISE_EXPORT int uc_iterator_get_values(uc_iter_t *iterator, value_t **values, size_t *count) {
  const auto *entry = iterator ? iterator->here() : nullptr;
  if (!entry || !values || !count) return -1;
  if (!(*values = copied(entry->known.values.data(), entry->known.values.size()))) return -1;
  *count = entry->known.values.size();
  return 0;
}

MORTISE_EXPORT int uc_iterator_get_meta(uc_iter_t *iterator, meta_data_t **meta) {
  const auto *entry = iterator ? iterator->here() : nullptr;
  if (!entry || !meta) return -1;
  *meta = meta_data_clone(entry->meta);
  return 0;
}

} // namespace mortise::collectd
