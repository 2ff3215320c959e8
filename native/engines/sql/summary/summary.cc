#include "engines/sql/summary/summary.h"

#include "engines/sql/summary/resolve.h"
#include "engines/sql/summary/statement_kinds.h"
#include "engines/sql/summary/walk.h"

#include <cstring>
#include <utility>

namespace mortise {
namespace sql {
namespace {

class Summary : public SqlSummary {
public:
  // The arrays one behind the other, each no larger than it must be.
  explicit Summary(Draft &draft) : texts_(std::exchange(draft.texts, {})) {
    size_ = bytes_of(draft.statements) + bytes_of(draft.blocks) + bytes_of(draft.tables) +
            bytes_of(draft.functions) + bytes_of(draft.comparisons);
    arrays_.reset(new uint64_t[size_ / sizeof(uint64_t) + 1]);
    char *next = reinterpret_cast<char *>(arrays_.get());
    view_.size = sizeof view_;
    view_.outcome = MORTISE_SQL_PARSED;
    view_.message = {"", 0};
    view_.parameter_count = draft.parameters;
    view_.statements = place(draft.statements, next, view_.statement_count);
    view_.blocks = place(draft.blocks, next, view_.block_count);
    view_.tables = place(draft.tables, next, view_.table_count);
    view_.functions = place(draft.functions, next, view_.function_count);
    view_.comparisons = place(draft.comparisons, next, view_.comparison_count);
    view_.access = together();
  }

  size_t bytes() const override { return sizeof *this + size_ + texts_.bytes(); }

private:
  template <class Item> static size_t bytes_of(const std::vector<Item> &items) {
    static_assert(alignof(Item) <= alignof(uint64_t) && sizeof(Item) % alignof(uint64_t) == 0);
    return items.size() * sizeof(Item);
  }

  template <class Item>
  static const Item *place(const std::vector<Item> &items, char *&next, uint32_t &count) {
    count = static_cast<uint32_t>(items.size());
    const Item *start = reinterpret_cast<const Item *>(next);
    if (!items.empty()) std::memcpy(next, items.data(), bytes_of(items));
    next += bytes_of(items);
    return start;
  }

  int32_t together() const {
    int32_t access = view_.statement_count > 0 ? MORTISE_ACCESS_READ : MORTISE_ACCESS_UNKNOWN;
    for (uint32_t at = 0; at < view_.statement_count; ++at) {
      const int32_t one = view_.statements[at].access;
      if (one == MORTISE_ACCESS_UNKNOWN) return one;
      if (one == MORTISE_ACCESS_WRITE) access = one;
    }
    return access;
  }

  TextArena texts_;
  std::unique_ptr<uint64_t[]> arrays_;
  size_t size_ = 0;
};

// A statement's part of the text. False: it isn't in the text.
bool part_of(const JsonTape &tape, uint32_t entry, std::string_view sql, mortise_text &part) {
  uint32_t start = 0, size = 0;
  const uint32_t location = tape.find(entry, Key::stmt_location), length = tape.find(entry, Key::stmt_len);
  if ((location && !tape.natural(location, start)) || (length && !tape.natural(length, size))) return false;
  if (start > sql.size() || size > sql.size() - start) return false;
  // Without a length it reaches to the end.
  std::string_view text = size > 0 ? sql.substr(start, size) : sql.substr(start);
  constexpr std::string_view around = " \t\n\r\f\v;";
  text.remove_prefix(std::min(text.find_first_not_of(around), text.size()));
  text.remove_suffix(text.size() - (text.find_last_not_of(around) + 1));
  part = {text.data(), text.size()};
  return true;
}

bool add_statement(const JsonTape &tape, uint32_t entry, std::string_view sql, Walk &walk, Draft &draft) {
  const uint32_t node = tape.first(tape.find(entry, Key::stmt));
  if (!is_statement(tape[node].key) || !tape.is(node, JsonKind::object)) return false;
  mortise_sql_statement statement{};
  statement.kind = kind_of(tape[node].key);
  statement.first_block = static_cast<uint32_t>(draft.blocks.size());
  if (!part_of(tape, entry, sql, statement.sql) || !walk.statement(node)) return false;
  statement.node = draft.texts.copy(tape.raw(node));
  statement.block_count = static_cast<uint32_t>(draft.blocks.size()) - statement.first_block;
  statement.access = access_of(tape, node, statement, draft);
  draft.statements.push_back(statement);
  return true;
}

} // namespace
} // namespace sql

struct Summariser::Parts {
  sql::NodeNames names;
  sql::JsonTape tape;
  sql::Draft draft;
  sql::Walk walk{tape, draft};
  sql::Resolver resolver{draft};

  std::unique_ptr<SqlSummary> summary(std::string_view text) {
    using sql::Key;
    const uint32_t statements = tape.find(sql::JsonTape::root, Key::stmts);
    if (!tape.is(statements, sql::JsonKind::array)) return nullptr;
    draft.clear();
    for (uint32_t entry = tape.first(statements); entry; entry = tape.next(entry, statements))
      if (!sql::add_statement(tape, entry, text, walk, draft)) return nullptr;
    resolver.resolve();
    return std::make_unique<sql::Summary>(draft);
  }
};

Summariser::Summariser() = default;
Summariser::~Summariser() = default;

template <typename Read> std::unique_ptr<SqlSummary> Summariser::make(std::string_view sql, Read read) {
  constexpr uint32_t most_kept = 16384;
  if (!parts_) parts_ = std::make_unique<Parts>();
  std::unique_ptr<SqlSummary> made = read(*parts_) ? parts_->summary(sql) : nullptr;
  // What failed half-way isn't gone on with, and a large tree's room isn't kept.
  if (!made || parts_->tape.size() > most_kept) parts_.reset();
  return made;
}

std::unique_ptr<SqlSummary> Summariser::of_json(std::string_view sql, std::string_view json) {
  return make(sql, [json](Parts &parts) { return parts.tape.read(json); });
}

std::unique_ptr<SqlSummary> Summariser::of_nodes(std::string_view sql, const mortise_sql_parser_node *nodes,
                                                 size_t count) {
  return make(sql, [=](Parts &parts) { return parts.tape.read(nodes, count, parts.names); });
}

} // namespace mortise
