#include "engines/state.h"

#include <mortise/state.h>

#include <algorithm>
#include <cstring>

namespace mortise {
namespace {

// What an entry counts: many small ones take far more memory than their keys and values.
uint64_t cost(const std::string &key, uint64_t size) {
  return MORTISE_STATE_ENTRY_BYTES + key.size() + size;
}

} // namespace

int64_t StateStore::get(const std::string &plugin, const std::string &key, void *buffer, uint64_t capacity) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto owner = plugins_.find(plugin);
  if (owner == plugins_.end()) return -1;
  const auto found = owner->second.values.find(key);
  if (found == owner->second.values.end()) return -1;
  const std::string &value = found->second;
  const uint64_t count = std::min<uint64_t>(capacity, value.size());
  if (buffer && count > 0) memcpy(buffer, value.data(), static_cast<size_t>(count));
  return static_cast<int64_t>(value.size());
}

std::string StateStore::put(const std::string &plugin, const std::string &key, const void *value,
                            uint64_t size) {
  if (key.empty() || key.size() > MORTISE_STATE_KEY_BYTES)
    return "a key has 1 to " + std::to_string(MORTISE_STATE_KEY_BYTES) + " bytes, not " +
           std::to_string(key.size());
  if (!value && size > 0) return "the value is null, and " + std::to_string(size) + " bytes long";
  const auto too_much = [&](uint64_t bytes) {
    return "the state would have " + std::to_string(bytes) + " bytes; at most " +
           std::to_string(MORTISE_STATE_TOTAL_BYTES) + " are kept";
  };
  // Alone, before any sum: sizes near 2^64 must not wrap round.
  if (size > MORTISE_STATE_TOTAL_BYTES) return too_much(size);
  std::lock_guard<std::mutex> lock(mutex_);
  Values &own = plugins_[plugin];
  const auto found = own.values.find(key);
  const uint64_t before = found == own.values.end() ? 0 : cost(key, found->second.size());
  const uint64_t after = own.bytes - before + cost(key, size);
  if (after > MORTISE_STATE_TOTAL_BYTES) return too_much(after);
  own.values[key].assign(size > 0 ? static_cast<const char *>(value) : "", static_cast<size_t>(size));
  own.bytes = after;
  return "";
}

bool StateStore::remove(const std::string &plugin, const std::string &key) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto owner = plugins_.find(plugin);
  if (owner == plugins_.end()) return false;
  const auto found = owner->second.values.find(key);
  if (found == owner->second.values.end()) return false;
  owner->second.bytes -= cost(key, found->second.size());
  owner->second.values.erase(found);
  return true;
}

std::vector<std::pair<std::string, uint64_t>> StateStore::list(const std::string &plugin) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::pair<std::string, uint64_t>> keys;
  const auto owner = plugins_.find(plugin);
  if (owner == plugins_.end()) return keys;
  for (const auto &value : owner->second.values)
    keys.emplace_back(value.first, value.second.size());
  return keys;
}

} // namespace mortise
