#include "engines/sql/parser.h"

namespace mortise {

bool SqlParser::summary(std::string_view sql, std::unique_ptr<SqlSummary> &made, SqlFault &fault) {
  if (!json(sql, [&](std::string_view json) { made = summariser_.of_json(sql, json); }, fault)) return false;
  if (!made) fault = {MORTISE_SQL_NO_TREE, "the parser's JSON is not that of libpg_query", 0};
  return made != nullptr;
}

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
