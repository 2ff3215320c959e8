// The shapes that a host knows: a text of one of them needs no parser.
#pragma once

#include "engines/sql/parser.h"
#include "engines/sql/shape/shape.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mortise::sql {

// A shape is learned from the second text of it, so that texts that are all different cost no more than a look.
class Shapes {
public:
  struct Entry {
    enum class State : uint8_t { fresh, seen, learning, learned, refused } state = State::fresh;
    std::shared_ptr<Shape> shape;
    size_t counted = 0; // of its memory
  };

  size_t max_count = 1024;
  size_t max_memory = 8 * 1024 * 1024;
  size_t max_probe = 64 * 1024; // what the parser takes

  // Of a text. Null: it has none.
  std::shared_ptr<Entry> find(std::string_view sql);

  // Of the text that was looked for last, which must outlive it. Null: its shape isn't learned.
  std::unique_ptr<SqlSummary> summary(const Entry &entry, std::string_view sql) const;

  // A text was parsed whole. When it is the second, parses the shape's probe, and compares what it says of the text.
  void learn(Entry &entry, SqlParser &parser, std::string_view sql, const mortise_sql_summary &whole);

  void clear() { young_ = old_ = {}; }

  size_t memory() const { return young_.memory + old_.memory; }

private:
  // Those that were used of late, and those before them: what isn't used before the young are too many is dropped.
  struct Generation {
    std::unordered_map<std::string_view, std::shared_ptr<Entry>> entries;
    size_t memory = 0;
  };
  void learn_now(Entry &entry, SqlParser &parser, std::string_view sql, const mortise_sql_summary &whole);
  void add(const std::shared_ptr<Entry> &entry);

  Generation young_, old_;
  // Of the text that was looked for last: here for their memory.
  std::string key_;
  std::vector<Literal> literals_;
};

} // namespace mortise::sql
