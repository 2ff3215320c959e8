// meta_data_*: named facts beside values. Statuses are 0 or a negative errno.
#include "collectd/library/exports.h"
#include "collectd/metadata_box.h"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mortise::collectd {
namespace {

using collect::MetadataValue;

int add(meta_data_t *data, const char *key, MetadataValue value) {
  if (!data || !key) return -EINVAL;
  const std::lock_guard lock(data->mutex);
  const auto found = data->entries.find(key);
  if (found != data->entries.end())
    found->second = std::move(value);
  else if (data->entries.size() < collect::max_metadata)
    data->entries.emplace(key, std::move(value));
  else
    return -ENOMEM;
  return 0;
}

template <typename Type, typename Take> int get(meta_data_t *data, const char *key, Take take) {
  if (!data || !key) return -EINVAL;
  const std::lock_guard lock(data->mutex);
  const auto found = data->entries.find(key);
  if (found == data->entries.end()) return -ENOENT;
  const Type *value = std::get_if<Type>(&found->second);
  if (!value) {
    daemon_log(log_error, "the metadata entry \"%s\" is of another type than is asked for", key);
    return -ENOENT;
  }
  return take(*value);
}

int give(const std::string &text, char **to) {
  char *copy = strdup(text.c_str());
  if (!copy) return -ENOMEM;
  *to = copy;
  return 0;
}

} // namespace

MORTISE_EXPORT meta_data_t *meta_data_create() {
  return new meta_data_t;
}

MORTISE_EXPORT void meta_data_destroy(meta_data_t *data) {
  delete data;
}

MORTISE_EXPORT meta_data_t *meta_data_clone(meta_data_t *data) {
  if (!data) return nullptr;
  meta_data_t *copy = new meta_data_t;
  copy->entries = unbox(data);
  return copy;
}

MORTISE_EXPORT int meta_data_clone_merge(meta_data_t **to, meta_data_t *from) {
  if (!from) return 0;
  if (!*to) {
    *to = meta_data_clone(from);
    return 0;
  }
  for (auto &[key, value] : unbox(from))
    add(*to, key.c_str(), value);
  return 0;
}

MORTISE_EXPORT int meta_data_exists(meta_data_t *data, const char *key) {
  if (!data || !key) return -EINVAL;
  const std::lock_guard lock(data->mutex);
  return data->entries.count(key) > 0;
}

// 1 text, 2 signed, 3 unsigned, 4 double, 5 boolean; 0: there is none.
MORTISE_EXPORT int meta_data_type(meta_data_t *data, const char *key) {
  if (!data || !key) return -EINVAL;
  const std::lock_guard lock(data->mutex);
  const auto found = data->entries.find(key);
  return found == data->entries.end() ? 0 : static_cast<int>(found->second.index()) + 1;
}

// How many keys there are; the array and each of its texts are the caller's.
MORTISE_EXPORT int meta_data_toc(meta_data_t *data, char ***keys) {
  if (!data || !keys) return -EINVAL;
  const std::lock_guard lock(data->mutex);
  if (data->entries.empty()) return 0;
  char **list = static_cast<char **>(calloc(data->entries.size(), sizeof *list));
  if (!list) return -ENOMEM;
  int count = 0;
  for (const auto &entry : data->entries)
    list[count++] = strdup(entry.first.c_str());
  *keys = list;
  return count;
}

MORTISE_EXPORT int meta_data_delete(meta_data_t *data, const char *key) {
  if (!data || !key) return -EINVAL;
  const std::lock_guard lock(data->mutex);
  const auto found = data->entries.find(key);
  if (found == data->entries.end()) return -ENOENT;
  data->entries.erase(found);
  return 0;
}

MORTISE_EXPORT int meta_data_add_string(meta_data_t *data, const char *key, const char *value) {
  return value ? add(data, key, std::string(value)) : -EINVAL;
}
MORTISE_EXPORT int meta_data_add_signed_int(meta_data_t *data, const char *key, int64_t value) {
  return add(data, key, value);
}
MORTISE_EXPORT int meta_data_add_unsigned_int(meta_data_t *data, const char *key, uint64_t value) {
  return add(data, key, value);
}
MORTISE_EXPORT int meta_data_add_double(meta_data_t *data, const char *key, double value) {
  return add(data, key, value);
}
MORTISE_EXPORT int meta_data_add_boolean(meta_data_t *data, const char *key, bool value) {
  return add(data, key, value);
}

MORTISE_EXPORT int meta_data_get_string(meta_data_t *data, const char *key, char **value) {
  if (!value) return -EINVAL;
  return get<std::string>(data, key, [&](const std::string &text) { return give(text, value); });
}

template <typename Type> static int get_number(meta_data_t *data, const char *key, Type *value) {
  if (!value) return -EINVAL;
  return get<Type>(data, key, [&](Type number) {
    *value = number;
    return 0;
  });
}
MORTISE_EXPORT int meta_data_get_signed_int(meta_data_t *data, const char *key, int64_t *value) {
  return get_number(data, key, value);
}
MORTISE_EXPORT int meta_data_get_unsigned_int(meta_data_t *data, const char *key, uint64_t *value) {
  return get_number(data, key, value);
}
MORTISE_EXPORT int meta_data_get_double(meta_data_t *data, const char *key, double *value) {
  return get_number(data, key, value);
}
MORTISE_EXPORT int meta_data_get_boolean(meta_data_t *data, const char *key, bool *value) {
  return get_number(data, key, value);
}

MORTISE_EXPORT int meta_data_as_string(meta_data_t *data, const char *key, char **value) {
  if (!data || !key || !value) return -EINVAL;
  const std::lock_guard lock(data->mutex);
  const auto found = data->entries.find(key);
  if (found == data->entries.end()) return -ENOENT;
  if (const auto *text = std::get_if<std::string>(&found->second)) return give(*text, value);
  char number[64];
  if (const auto *is = std::get_if<int64_t>(&found->second)) snprintf(number, sizeof number, "%" PRIi64, *is);
  if (const auto *is = std::get_if<uint64_t>(&found->second))
    snprintf(number, sizeof number, "%" PRIu64, *is);
  if (const auto *is = std::get_if<double>(&found->second)) snprintf(number, sizeof number, "%.15g", *is);
  if (const auto *is = std::get_if<bool>(&found->second)) return give(*is ? "true" : "false", value);
  return give(number, value);
}

} // namespace mortise::collectd
