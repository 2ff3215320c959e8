#include "engines/sql/parser.h"

namespace mortise {

uint64_t byte_position(std::string_view sql, uint64_t character) {
  uint64_t at = 0;
  for (uint64_t passed = 1; passed < character && at < sql.size(); passed++) {
    at++;
    // The other bytes of a character of UTF-8 all begin with the bits 10.
    while (at < sql.size() && (static_cast<unsigned char>(sql[at]) & 0xc0) == 0x80)
      at++;
  }
  return at;
}

} // namespace mortise
