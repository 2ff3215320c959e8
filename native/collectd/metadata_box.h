// A plugin's meta_data_t: the engine's metadata and a lock, because several threads may use one.
#pragma once

#include "collectd/layout.h"
#include "engines/collect/metadata.h"

#include <mutex>

namespace mortise::collectd {

extern "C" struct meta_data_s {
  std::mutex mutex;
  collect::Metadata entries;
};

// Null for no entries.
inline meta_data_t *box(const collect::Metadata &entries) {
  if (entries.empty()) return nullptr;
  meta_data_t *made = new meta_data_t;
  made->entries = entries;
  return made;
}

// A copy; empty for null.
inline collect::Metadata unbox(meta_data_t *data) {
  if (!data) return {};
  const std::lock_guard lock(data->mutex);
  return data->entries;
}

} // namespace mortise::collectd
