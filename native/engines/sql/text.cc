#include "engines/sql/text.h"

#include "engines/sql/depth.h"

#include <atomic>
#include <cstring>
#include <utility>

namespace mortise {
namespace {

std::atomic<uint64_t> last_id{0};

mortise_text text_of(const std::string &text) {
  return {text.data(), text.size()};
}

// What can be said of a text without parsing it.
SqlFault look(std::string_view sql, const SqlLimits &limits) {
  if (sql.size() > limits.max_bytes)
    return {MORTISE_SQL_TOO_LONG,
            std::to_string(sql.size()) + " bytes of SQL, at most " + std::to_string(limits.max_bytes) +
                " are parsed",
            0};
  // Parsers take the zero for the end, and would see another statement than the server.
  if (const size_t zero = sql.find('\0'); zero != std::string_view::npos)
    return {MORTISE_SQL_SYNTAX_ERROR, "a zero byte in the SQL", zero};
  if (is_surely_within(sql, {limits.max_depth, limits.max_bytes})) return {MORTISE_SQL_PARSED, "", 0};
  const TreeBounds bounds = tree_bounds(sql);
  if (bounds.depth > limits.max_depth)
    return {MORTISE_SQL_TOO_DEEP,
            "nested up to " + std::to_string(bounds.depth) + " levels, at most " +
                std::to_string(limits.max_depth) + " are parsed",
            0};
  if (bounds.bytes > limits.max_bytes)
    return {MORTISE_SQL_TOO_LONG,
            "a tree as of " + std::to_string(bounds.bytes) +
                " bytes of SQL, since it repeats what (a, b) = (…) sets; at most " +
                std::to_string(limits.max_bytes) + " are parsed",
            0};
  return {MORTISE_SQL_PARSED, "", 0};
}

} // namespace

SqlText::SqlText(std::string_view sql, const SqlLimits &limits) : sql_(sql), fault_(look(sql, limits)) {
  tree_ = {sizeof tree_, MORTISE_SQL_PARSED, nullptr, 0, ++last_id, {"", 0}};
}

bool SqlText::may_parse(SqlParser *parser) {
  if (fault_.outcome == MORTISE_SQL_PARSED && !parser)
    fault_ = {MORTISE_SQL_NO_TREE, "the host has no parser", 0};
  return fault_.outcome == MORTISE_SQL_PARSED;
}

bool SqlText::keep(const SqlFault &fault) {
  if (fault.outcome == MORTISE_SQL_NO_TREE) {
    // Once: whoever was told reads it until its query is routed.
    if (trouble_.message.empty()) trouble_ = fault;
    return false;
  }
  fault_ = fault;
  return true;
}

bool SqlText::summarise_whole(SqlParser &parser) {
  SqlFault fault;
  if (parser.summary(sql_, parsed_, fault)) return true;
  parsed_.reset();
  return keep(fault);
}

const mortise_sql_summary &SqlText::summary(SqlParser *parser, sql::Shapes &shapes) {
  if (summary_) return *summary_;
  bool is_final = true;
  if (may_parse(parser)) {
    const std::shared_ptr<sql::Shapes::Entry> shape = shapes.find(sql_);
    if (shape) parsed_ = shapes.summary(*shape, sql_);
    if (!parsed_) {
      is_final = summarise_whole(*parser);
      // First, since who parses may ask for this text again.
      if (parsed_) summary_ = &parsed_->view();
      if (parsed_ && shape) shapes.learn(*shape, *parser, sql_, *summary_);
    }
  }
  if (parsed_) return *(summary_ = &parsed_->view());
  const SqlFault &fault = is_final ? fault_ : trouble_;
  failed_.size = sizeof failed_;
  failed_.outcome = fault.outcome;
  failed_.message = text_of(fault.message);
  failed_.position = fault.position;
  if (is_final) summary_ = &failed_;
  return failed_;
}

const mortise_sql_tree &SqlText::tree(SqlParser *parser) {
  if (has_tree_) return tree_;
  has_tree_ = true;
  if (may_parse(parser)) {
    SqlFault fault;
    if (!parser->protobuf(sql_, [this](std::string_view made) { protobuf_ = made; }, fault))
      has_tree_ = keep(fault);
  }
  const SqlFault &fault = has_tree_ ? fault_ : trouble_;
  tree_.outcome = fault.outcome;
  tree_.message = text_of(fault.message);
  tree_.data = reinterpret_cast<const uint8_t *>(protobuf_.data());
  tree_.bytes = protobuf_.size();
  return tree_;
}

const uint64_t *SqlText::fingerprint(SqlParser *parser) {
  if (made_fingerprint_ == Made::not_yet) {
    SqlFault fault;
    if (may_parse(parser) && parser->fingerprint(sql_, fingerprint_, fault))
      made_fingerprint_ = Made::yes;
    else if (fault_.outcome != MORTISE_SQL_PARSED || fault.outcome != MORTISE_SQL_NO_TREE)
      made_fingerprint_ = Made::no;
  }
  return made_fingerprint_ == Made::yes ? &fingerprint_ : nullptr;
}

const std::string *SqlText::normalised(SqlParser *parser) {
  if (made_normalised_ == Made::not_yet) {
    SqlFault fault;
    if (may_parse(parser) &&
        parser->normalise(sql_, [this](std::string_view text) { normalised_ = text; }, fault))
      made_normalised_ = Made::yes;
    else if (fault_.outcome != MORTISE_SQL_PARSED || fault.outcome != MORTISE_SQL_NO_TREE)
      made_normalised_ = Made::no;
  }
  return made_normalised_ == Made::yes ? &normalised_ : nullptr;
}

size_t SqlText::bytes() const {
  return sizeof *this + sql_.capacity() + fault_.message.capacity() + trouble_.message.capacity() +
         protobuf_.capacity() + normalised_.capacity() + (parsed_ ? parsed_->bytes() : 0);
}

const mortise_sql_summary &no_summary(const char *why) {
  thread_local mortise_sql_summary none;
  none = {};
  none.size = sizeof none;
  none.outcome = MORTISE_SQL_NO_TREE;
  none.message = {why, strlen(why)};
  return none;
}

const mortise_sql_tree &no_tree(const char *why) {
  thread_local mortise_sql_tree none;
  none = {sizeof none, MORTISE_SQL_NO_TREE, nullptr, 0, 0, {why, strlen(why)}};
  return none;
}

} // namespace mortise
