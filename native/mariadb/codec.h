// Compression through the table that one of MariaDB's provider plugins filled.
#pragma once

#include "mariadb/mariadb.h"

namespace mortise::mariadb {

struct Codec {
  const char *service;
  size_t functions; // how many the table has; then comes whether it was filled
  // Room that compressing `size` bytes may need.
  size_t (*bound)(const ProviderTable &, size_t size);
  // Each returns whether it succeeded, and sets `written`.
  bool (*compress)(const ProviderTable &, const uint8_t *, size_t, uint8_t *, size_t, size_t &written);
  bool (*decompress)(const ProviderTable &, const uint8_t *, size_t, uint8_t *, size_t, size_t &written);
};

// Null when no provider's cell was linked, or the plugin hasn't filled its table.
const Codec *find_codec(const Library &library);

} // namespace mortise::mariadb
