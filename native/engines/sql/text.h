// One SQL text, and what a parser made of it so far.
#pragma once

#include "engines/sql/parser.h"
#include "engines/sql/shape/shapes.h"
#include "engines/sql/summary/summary.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mortise {

// The longest text and the deepest nesting that a parser gets: what is beyond would end it, or hold up the host.
struct SqlLimits {
  uint64_t max_bytes = 64 * 1024;
  uint32_t max_depth = 1000; // as max_depth of depth.h counts
};

class SqlText {
public:
  SqlText(std::string_view sql, const SqlLimits &limits);
  SqlText(const SqlText &) = delete;
  SqlText &operator=(const SqlText &) = delete;

  std::string_view sql() const { return sql_; }

  // What was made already; null: not yet.
  const mortise_sql_summary *made_summary() const { return summary_; }
  const mortise_sql_tree *made_tree() const { return has_tree_ ? &tree_ : nullptr; }

  // Each is made when it is first asked for. `parser` may be null: there is none. Of a shape that `shapes` knows a
  // summary needs none.
  const mortise_sql_summary &summary(SqlParser *parser, sql::Shapes &shapes);
  const mortise_sql_tree &tree(SqlParser *parser);
  // Null: there is none.
  const uint64_t *fingerprint(SqlParser *parser);
  const std::string *normalised(SqlParser *parser);

  // How much memory it holds.
  size_t bytes() const;

  // Found again since the cache last looked for something to drop.
  bool used = false;
  // Where it is known under a number: emptied when it is dropped.
  struct Place {
    std::vector<SqlText *> *texts;
    uint32_t number;
  };
  std::vector<Place> places;

private:
  bool may_parse(SqlParser *parser);
  // False: the parser failed, and may do better next time.
  bool summarise_whole(SqlParser &parser);
  // Whether it stays so. A parser that failed may do better next time, so that is not remembered.
  bool keep(const SqlFault &fault);

  const std::string sql_;
  // Before anything is parsed, and then what the parser said of the text: PARSED until something says otherwise.
  SqlFault fault_;
  SqlFault trouble_; // how the parser itself failed first
  const mortise_sql_summary *summary_ = nullptr;
  std::unique_ptr<SqlSummary> parsed_;
  mortise_sql_summary failed_{};
  std::string protobuf_;
  mortise_sql_tree tree_{};
  bool has_tree_ = false;
  enum class Made { not_yet, yes, no };
  Made made_fingerprint_ = Made::not_yet, made_normalised_ = Made::not_yet;
  uint64_t fingerprint_ = 0;
  std::string normalised_;
};

// The answer where there is no text to ask about. `why` is a literal. Valid until the thread asks again.
const mortise_sql_summary &no_summary(const char *why);
const mortise_sql_tree &no_tree(const char *why);

} // namespace mortise
