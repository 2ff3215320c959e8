#include "engines/collect/key.h"

#include <cstring>
#include <random>

namespace mortise::collect {
namespace {

constexpr size_t parts = 5;

// Other in each process, so that who chooses names can't choose which of them collide.
uint64_t seed() {
  static const uint64_t value =
      (static_cast<uint64_t>(std::random_device()()) << 32) | std::random_device()();
  return value;
}

uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ (hash >> 29);
}

uint64_t hash_of(const char *bytes, size_t size) {
  uint64_t hash = seed() ^ size;
  for (size_t at = 0; at < size; at += 8) {
    uint64_t word;
    std::memcpy(&word, bytes + at, 8);
    hash = mix(hash, word);
  }
  return mix(hash, size);
}

// In place; the new size.
size_t escape(char *text, size_t size) {
  if (size == 1 && text[0] == '/') {
    std::memcpy(text, "root", 4);
    return 4;
  }
  if (size <= 1) return size;
  if (text[0] == '/') std::memmove(text, text + 1, --size);
  for (size_t i = 0; i < size; i++)
    if (text[i] == '/') text[i] = '_';
  return size;
}

} // namespace

Key::Key(const Identity &identity) {
  if (identity.host.empty() || identity.plugin.empty() || identity.type.empty()) return;
  for (const std::string_view *part :
       {&identity.host, &identity.plugin, &identity.plugin_instance, &identity.type, &identity.type_instance})
    if (part->size() > max_name) return;
  pack(identity, false);
  const char *names = bytes_ + parts;
  const size_t length = size_ - parts;
  if (std::memchr(names, 0, length)) return;
  if (std::memchr(names, '/', length)) pack(identity, true);
  std::memset(bytes_ + size_, 0, 8);
  hash_ = hash_of(bytes_, size_);
  is_valid_ = true;
}

void Key::pack(const Identity &identity, bool escaped) {
  size_t at = parts, index = 0;
  for (const std::string_view *part : {&identity.host, &identity.plugin, &identity.plugin_instance,
                                       &identity.type, &identity.type_instance}) {
    size_t size = part->size();
    if (size > 0) std::memcpy(bytes_ + at, part->data(), size);
    if (escaped) size = escape(bytes_ + at, size);
    bytes_[index++] = static_cast<char>(size);
    at += size;
  }
  size_ = static_cast<uint32_t>(at);
}

Identity Key::unpack(const char *bytes) {
  std::string_view views[parts];
  const char *at = bytes + parts;
  for (size_t i = 0; i < parts; i++) {
    views[i] = {at, static_cast<unsigned char>(bytes[i])};
    at += views[i].size();
  }
  return {views[0], views[1], views[2], views[3], views[4]};
}

} // namespace mortise::collect
