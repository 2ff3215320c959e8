// The names in a parser's nodes, known by their addresses: they are literals.
#pragma once

#include "engines/sql/summary/json_keys.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mortise::sql {

// Of one parser: of another the same address may be another name.
class NodeNames {
public:
  struct Name {
    const char *address = nullptr;
    uint32_t size = 0;
    Key key = Key::none;
  };

  // Null is no name, with the key `none`. Valid until the next is asked for.
  const Name &of(const char *address) {
    if (!address) return none_;
    size_t place = (reinterpret_cast<uintptr_t>(address) * uint64_t{0x9e3779b97f4a7c15}) >> shift;
    for (; known_[place].address != address; place = (place + 1) % places)
      if (!known_[place].address) return add(place, address);
    return known_[place];
  }

private:
  // PostgreSQL's structs have some 900 names.
  static constexpr size_t bits = 12, places = size_t{1} << bits, shift = 64 - bits;

  const Name &add(size_t place, const char *address) {
    const size_t size = strlen(address);
    // Where names aren't literals they would fill it.
    const bool is_full = count_ == places / 2;
    Name &name = is_full ? other_ : known_[place];
    if (!is_full) ++count_;
    name = {address, static_cast<uint32_t>(size), key_of({address, size})};
    return name;
  }

  std::array<Name, places> known_{};
  size_t count_ = 0;
  const Name none_{"", 0, Key::none};
  Name other_;
};

} // namespace mortise::sql
