// An identity packed into one piece of memory, so that finding a series costs one pass over it and one comparison.
#pragma once

#include "engines/collect/data_set.h"
#include "engines/collect/identity.h"

#include <cstddef>
#include <cstdint>

namespace mortise::collect {

// Five bytes with the sizes of the parts, then the parts.
class Key {
public:
  // Slashes are replaced as collectd does, since they part a series' text: one at the start goes, others become
  // underscores, and "/" alone is "root".
  explicit Key(const Identity &identity);
  // A part is too long or has a zero byte, or host, plugin or type is empty.
  bool is_valid() const { return is_valid_; }

  uint64_t hash() const { return hash_; }
  const char *data() const { return bytes_; }
  size_t size() const { return size_; }
  // Points into the key.
  Identity identity() const { return unpack(bytes_); }
  static Identity unpack(const char *bytes);

private:
  void pack(const Identity &identity, bool escape);

  uint64_t hash_ = 0;
  uint32_t size_ = 0;
  bool is_valid_ = false;
  char bytes_[5 + 5 * max_name + 8]; // the hash reads whole words
};

} // namespace mortise::collect
