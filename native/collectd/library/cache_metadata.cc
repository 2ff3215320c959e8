// uc_meta_data_*: facts that stay with a series in the value cache.
#include "collectd/library/exports.h"

#include <cerrno>

namespace mortise::collectd {

extern "C" {
int meta_data_exists(meta_data_t *, const char *key);
int meta_data_delete(meta_data_t *, const char *key);
int meta_data_toc(meta_data_t *, char ***keys);
int meta_data_add_string(meta_data_t *, const char *key, const char *);
int meta_data_add_signed_int(meta_data_t *, const char *key, int64_t);
int meta_data_add_unsigned_int(meta_data_t *, const char *key, uint64_t);
int meta_data_add_double(meta_data_t *, const char *key, double);
int meta_data_add_boolean(meta_data_t *, const char *key, bool);
int meta_data_get_string(meta_data_t *, const char *key, char **);
int meta_data_get_signed_int(meta_data_t *, const char *key, int64_t *);
int meta_data_get_unsigned_int(meta_data_t *, const char *key, uint64_t *);
int meta_data_get_double(meta_data_t *, const char *key, double *);
int meta_data_get_boolean(meta_data_t *, const char *key, bool *);
}

namespace {

// `act(metadata)` under the series' lock; -1 when there is no such series.
template <typename Act> int with(const value_list_t *list, Act act) {
  struct Work {
    Act &act;
    int status;
  } work = {act, -1};
  Gateway *host = gateway();
  if (!host || !list) return -1;
  const auto run = [](meta_data_t *data, void *context) {
    Work &work = *static_cast<Work *>(context);
    work.status = work.act(data);
  };
  return host->with_meta(list, run, &work) ? work.status : -1;
}

} // namespace

MORTISE_EXPORT int uc_meta_data_exists(const value_list_t *list, const char *key) {
  return with(list, [&](meta_data_t *data) { return meta_data_exists(data, key); });
}
MORTISE_EXPORT int uc_meta_data_delete(const value_list_t *list, const char *key) {
  return with(list, [&](meta_data_t *data) { return meta_data_delete(data, key); });
}
MORTISE_EXPORT int uc_meta_data_toc(const value_list_t *list, char ***keys) {
  return with(list, [&](meta_data_t *data) { return meta_data_toc(data, keys); });
}

#define ADD(name, type)                                                                                      \
  MORTISE_EXPORT int uc_meta_data_add_##name(const value_list_t *list, const char *key, type value) {        \
    return with(list, [&](meta_data_t *data) { return meta_data_add_##name(data, key, value); });            \
  }
#define GET(name, type)                                                                                      \
  MORTISE_EXPORT int uc_meta_data_get_##name(const value_list_t *list, const char *key, type *value) {       \
    return with(list, [&](meta_data_t *data) { return meta_data_get_##name(data, key, value); });            \
  }
ADD(string, const char *)
ADD(signed_int, int64_t)
ADD(unsigned_int, uint64_t)
ADD(double, double)
ADD(boolean, bool)
GET(string, char *)
GET(signed_int, int64_t)
GET(unsigned_int, uint64_t)
GET(double, double)
GET(boolean, bool)

} // namespace mortise::collectd
