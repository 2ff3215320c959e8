#include "mariadb/codec.h"

#include <climits>
#include <cstring>

namespace mortise::mariadb {
namespace {

// Each table holds functions of the library that its plugin is linked to, in the order in which the plugin
// stores them. Their signatures are the libraries' own.
template <typename Function> Function function_at(const ProviderTable &table, size_t index) {
  return reinterpret_cast<Function>(table.functions[index]);
}

size_t roughly(const ProviderTable &, size_t size) {
  return size + size / 8 + 1024; // above what bzip2, lzma and lzo ever need
}

// lz4: compressBound, compress_default, decompress_safe

size_t lz4_bound(const ProviderTable &table, size_t size) {
  if (size > INT_MAX) return 0;
  const int bound = function_at<int (*)(int)>(table, 0)(static_cast<int>(size));
  return bound > 0 ? static_cast<size_t>(bound) : 0;
}

using Lz4 = int (*)(const char *, char *, int, int);

template <size_t index>
bool lz4(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t room,
         size_t &written) {
  if (size > INT_MAX || room > INT_MAX || (index == 1 && room == 0)) return false;
  const int count =
      function_at<Lz4>(table, index)(reinterpret_cast<const char *>(from), reinterpret_cast<char *>(to),
                                     static_cast<int>(size), static_cast<int>(room));
  written = count > 0 ? static_cast<size_t>(count) : 0;
  return index == 1 ? count > 0 : count >= 0;
}

// bzip2: BuffToBuffCompress, BuffToBuffDecompress, and six for streams

bool bzip2_compress(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t room,
                    size_t &written) {
  if (size > UINT_MAX || room > UINT_MAX) return false;
  unsigned count = static_cast<unsigned>(room);
  const auto call = function_at<int (*)(char *, unsigned *, char *, unsigned, int, int, int)>(table, 0);
  char *source = reinterpret_cast<char *>(const_cast<uint8_t *>(from));
  const int status = call(reinterpret_cast<char *>(to), &count, source, static_cast<unsigned>(size), 9, 0, 0);
  written = count;
  return status == 0;
}

bool bzip2_decompress(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t room,
                      size_t &written) {
  if (size > UINT_MAX || room > UINT_MAX) return false;
  unsigned count = static_cast<unsigned>(room);
  const auto call = function_at<int (*)(char *, unsigned *, char *, unsigned, int, int)>(table, 1);
  char *source = reinterpret_cast<char *>(const_cast<uint8_t *>(from));
  const int status = call(reinterpret_cast<char *>(to), &count, source, static_cast<unsigned>(size), 0, 0);
  written = count;
  return status == 0;
}

// lzma: stream_buffer_decode, easy_buffer_encode

bool lzma_compress(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t room,
                   size_t &written) {
  const auto call =
      function_at<int (*)(uint32_t, int, const void *, const uint8_t *, size_t, uint8_t *, size_t *, size_t)>(
          table, 1);
  written = 0;
  return call(6, 4, nullptr, from, size, to, &written, room) == 0; // preset 6, with a CRC64
}

bool lzma_decompress(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t room,
                     size_t &written) {
  const auto call = function_at<int (*)(uint64_t *, uint32_t, const void *, const uint8_t *, size_t *, size_t,
                                        uint8_t *, size_t *, size_t)>(table, 0);
  uint64_t memory = 1u << 30;
  size_t at = 0;
  written = 0;
  return call(&memory, 0, nullptr, from, &at, size, to, &written, room) == 0;
}

// lzo: lzo1x_1_15_compress, lzo1x_decompress_safe

using Lzo = int (*)(const uint8_t *, size_t, uint8_t *, size_t *, void *);

bool lzo_compress(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t,
                  size_t &written) {
  std::vector<void *> memory(32768);
  return function_at<Lzo>(table, 0)(from, size, to, &written, memory.data()) == 0;
}

bool lzo_decompress(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t room,
                    size_t &written) {
  written = room;
  return function_at<Lzo>(table, 1)(from, size, to, &written, nullptr) == 0;
}

// snappy: max_compressed_length, compress, uncompressed_length, uncompress

size_t snappy_bound(const ProviderTable &table, size_t size) {
  return function_at<size_t (*)(size_t)>(table, 0)(size);
}

template <size_t index>
bool snappy(const ProviderTable &table, const uint8_t *from, size_t size, uint8_t *to, size_t room,
            size_t &written) {
  const char *source = reinterpret_cast<const char *>(from);
  written = room;
  return function_at<int (*)(const char *, size_t, char *, size_t *)>(table, index)(
             source, size, reinterpret_cast<char *>(to), &written) == 0;
}

const Codec codecs[] = {
    {"provider_service_bzip2", 8, roughly, bzip2_compress, bzip2_decompress},
    {"provider_service_lz4", 3, lz4_bound, lz4<1>, lz4<2>},
    {"provider_service_lzma", 2, roughly, lzma_compress, lzma_decompress},
    {"provider_service_lzo", 2, roughly, lzo_compress, lzo_decompress},
    {"provider_service_snappy", 4, snappy_bound, snappy<1>, snappy<3>},
};

} // namespace

const Codec *find_codec(const Library &library) {
  if (!library.provider_service) return nullptr;
  for (const Codec &codec : codecs) {
    if (strcmp(codec.service, library.provider_service) != 0) continue;
    bool filled = false; // a byte after the last function
    memcpy(&filled, &library.provider.functions[codec.functions], sizeof filled);
    for (size_t i = 0; i < codec.functions; i++)
      filled = filled && library.provider.functions[i];
    return filled ? &codec : nullptr;
  }
  return nullptr;
}

} // namespace mortise::mariadb
