#include "collectd/filter/drafted.h"

#include "collectd/metadata_box.h"

#include <algorithm>
#include <cstring>

namespace mortise::collectd {
namespace {

static_assert(sizeof(value_t) == sizeof(collect::Value));

void put(char (&to)[name_size], const std::string &from) {
  const size_t size = std::min(from.size(), name_size - 1);
  std::memcpy(to, from.data(), size);
  to[size] = '\0';
}

void take(std::string &to, const char (&from)[name_size]) {
  const size_t size = strnlen(from, name_size - 1);
  if (to.size() != size || std::memcmp(to.data(), from, size) != 0) to.assign(from, size);
}

} // namespace

Drafted::Drafted(collect::Draft &draft) : draft_(draft) {
  // Values are changed where they are.
  list_.values = reinterpret_cast<value_t *>(draft.values.data());
  list_.values_len = draft.values.size();
  list_.time = draft.time;
  list_.interval = draft.interval;
  put(list_.host, draft.host);
  put(list_.plugin, draft.plugin);
  put(list_.plugin_instance, draft.plugin_instance);
  put(list_.type, draft.type);
  put(list_.type_instance, draft.type_instance);
  list_.meta = box(draft.metadata);
}

Drafted::~Drafted() {
  read_into(draft_);
  delete list_.meta;
}

void Drafted::read_into(collect::Draft &draft) const {
  draft.time = list_.time;
  draft.interval = list_.interval;
  take(draft.host, list_.host);
  take(draft.plugin, list_.plugin);
  take(draft.plugin_instance, list_.plugin_instance);
  take(draft.type, list_.type);
  take(draft.type_instance, list_.type_instance);
  if (list_.meta || !draft.metadata.empty()) draft.metadata = unbox(list_.meta);
}

collect::Draft Drafted::copy() const {
  collect::Draft draft;
  draft.values = draft_.values;
  read_into(draft);
  return draft;
}

} // namespace mortise::collectd
