// Bytes under keys, per plugin name: they outlive the plugin's code.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mortise {

// Any thread.
class StateStore {
public:
  // Copies up to `capacity` bytes; the value's size, or -1 when there is none.
  int64_t get(const std::string &plugin, const std::string &key, void *buffer, uint64_t capacity);
  // What went wrong, for a person; empty when nothing did.
  std::string put(const std::string &plugin, const std::string &key, const void *value, uint64_t size);
  bool remove(const std::string &plugin, const std::string &key);
  // Keys and the sizes of their values.
  std::vector<std::pair<std::string, uint64_t>> list(const std::string &plugin);

private:
  struct Values {
    std::map<std::string, std::string> values;
    uint64_t bytes = 0; // as put() counts them
  };

  std::mutex mutex_;
  std::map<std::string, Values> plugins_;
};

} // namespace mortise
