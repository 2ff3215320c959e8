// The SQL texts that a host knows the trees of, within bounds of number and memory.
#pragma once

#include "engines/sql/text.h"

#include <memory>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace mortise {

struct SqlBounds {
  SqlLimits limits;
  size_t max_texts = 1024;
  size_t max_memory = 32 * 1024 * 1024;
};

// All of it on the thread that made it, which is the one that routes.
class SqlTexts {
public:
  SqlBounds bounds;

  bool is_mine() const { return std::this_thread::get_id() == thread_; }

  // Null: there is none. What another one made is forgotten, but stays until `drop_old`: a query may be reading it.
  void set_parser(std::shared_ptr<SqlParser> parser);
  void drop_old() {
    if (parsing_ == 0) old_.clear();
  }

  // The text, new when it isn't known. With `may_drop`, when no query reads another, some are dropped for it where
  // bounds are passed: those first that weren't asked for since they were last looked at.
  SqlText &find(std::string_view sql, bool may_drop);

  // See SqlText.
  const mortise_sql_summary &summary(SqlText &text);
  const mortise_sql_tree &tree(SqlText &text);
  const uint64_t *fingerprint(SqlText &text);
  const std::string *normalised(SqlText &text);

  // How often the parser became another.
  uint32_t parsers() const { return parsers_; }

  size_t count() const { return texts_.size(); }
  size_t memory() const { return memory_ + shapes_.memory(); }

private:
  bool has(const SqlText &text) const;
  template <typename Make> auto counted(SqlText &text, Make make);
  void drop_one();

  const std::thread::id thread_ = std::this_thread::get_id();
  std::shared_ptr<SqlParser> parser_;
  std::unordered_map<std::string_view, std::unique_ptr<SqlText>> texts_;
  std::vector<std::unique_ptr<SqlText>> old_;
  std::vector<SqlText *> clock_; // all of them; `hand_` goes round
  size_t hand_ = 0;
  size_t memory_ = 0;
  uint32_t parsers_ = 0;
  sql::Shapes shapes_;
  uint32_t parsing_ =
      0; // calls of the parser, one within the other: it may ask for other texts, or be replaced
};

} // namespace mortise
