#include "engines/sql/shape/shape.h"

#include "engines/sql/depth.h"

#include <cstring>
#include <utility>

namespace mortise::sql {
namespace {

std::string_view view_of(mortise_text text) {
  return {text.data, static_cast<size_t>(text.size)};
}

// A literal that no other text has in it.
std::string mark(LiteralKind kind, size_t ordinal) {
  const std::string number = std::to_string(1000 + ordinal);
  switch (kind) {
  case LiteralKind::integer:
    return "1234" + number;
  case LiteralKind::large:
    return "9876543219876" + number;
  case LiteralKind::decimal:
    return "4321" + number + ".75";
  default:
    return "mortise literal " + number;
  }
}

bool is_of(LiteralKind kind, int32_t type) {
  switch (kind) {
  case LiteralKind::integer:
    return type == MORTISE_SQL_VALUE_INTEGER;
  case LiteralKind::text:
    return type == MORTISE_SQL_VALUE_TEXT;
  default:
    return type == MORTISE_SQL_VALUE_DECIMAL;
  }
}

} // namespace

// Only what has literals in it is its own; the rest is the shape's.
class ShapedSummary final : public SqlSummary {
public:
  ShapedSummary(std::shared_ptr<const Shape> shape, std::string_view sql,
                const std::vector<Literal> &literals)
      : shape_(std::move(shape)), statement_(shape_->learned_->view().statements[0]) {
    view_ = shape_->learned_->view();
    const size_t around = shape_->before_ + shape_->behind_;
    statement_.sql = {sql.data() + shape_->before_, sql.size() - around};
    view_.statements = &statement_;
    if (shape_->slots_.empty()) return;
    size_t room = 0;
    for (const Shape::Slot &slot : shape_->slots_)
      if (slot.negative || literals[slot.literal].has_quotes) room += literals[slot.literal].size + 1;
    texts_.reset(new char[room]);
    comparisons_.reset(new mortise_sql_comparison[view_.comparison_count]);
    std::memcpy(comparisons_.get(), view_.comparisons, view_.comparison_count * sizeof *view_.comparisons);
    view_.comparisons = comparisons_.get();
    bytes_ = room + view_.comparison_count * sizeof *view_.comparisons;
    char *next = texts_.get();
    for (const Shape::Slot &slot : shape_->slots_) {
      const Literal &literal = literals[slot.literal];
      mortise_text &value = comparisons_[slot.comparison].value;
      value = {sql.data() + literal.start, literal.size};
      if (slot.negative || literal.has_quotes) value = copy(value, slot.negative, next);
    }
  }

  // The shape's, too: it may stay for this summary alone.
  size_t bytes() const override { return sizeof *this + bytes_ + shape_->bytes(); }

private:
  static mortise_text copy(mortise_text from, bool negative, char *&next) {
    char *const start = next;
    if (negative) *next++ = '-';
    for (uint64_t at = 0; at < from.size; ++at) {
      *next++ = from.data[at];
      if (from.data[at] == '\'') ++at; // doubled
    }
    return {start, static_cast<uint64_t>(next - start)};
  }

  const std::shared_ptr<const Shape> shape_;
  mortise_sql_statement statement_;
  std::unique_ptr<mortise_sql_comparison[]> comparisons_;
  std::unique_ptr<char[]> texts_;
  size_t bytes_ = 0;
};

Shape::Shape(std::string_view key) : key_(key) {
  for (const char letter : key)
    if (is_literal(letter))
      marks_.push_back(
          {static_cast<LiteralKind>(letter), mark(static_cast<LiteralKind>(letter), marks_.size())});
}

std::string_view Shape::probe() {
  if (!probe_.empty()) return probe_;
  size_t next = 0;
  for (const char letter : key_) {
    if (!is_literal(letter)) {
      probe_.push_back(letter);
      continue;
    }
    const Mark &mark = marks_[next++];
    const std::string_view quote = mark.kind == LiteralKind::text ? "'" : "";
    probe_.append(quote).append(mark.text).append(quote);
  }
  return probe_;
}

bool Shape::learn(std::unique_ptr<SqlSummary> summary) {
  forget();
  // What a tree repeats counts by the length of its literals.
  if (tree_bounds(probe_).bytes != probe_.size()) return false;
  learned_ = std::move(summary);
  if (learned_ && find_slots()) return true;
  forget();
  return false;
}

void Shape::forget() {
  learned_.reset();
  slots_.clear();
}

bool Shape::find_slots() {
  const mortise_sql_summary &all = learned_->view();
  if (all.statement_count != 1 || has_literal_elsewhere()) return false;
  const mortise_text statement = all.statements[0].sql;
  before_ = static_cast<size_t>(statement.data - probe_.data());
  behind_ = probe_.size() - before_ - static_cast<size_t>(statement.size);
  for (uint32_t at = 0; at < all.comparison_count; ++at)
    if (!find_slot(at)) return false;
  return true;
}

bool Shape::find_slot(uint32_t comparison) {
  const mortise_sql_comparison &one = learned_->view().comparisons[comparison];
  const std::string_view value = view_of(one.value);
  const bool negative = value.substr(0, 1) == "-";
  for (uint32_t at = 0; at < marks_.size(); ++at) {
    const Mark &mark = marks_[at];
    if (value.substr(negative ? 1 : 0) != mark.text) continue;
    slots_.push_back({comparison, at, negative});
    return is_of(mark.kind, one.type) && !(negative && mark.kind == LiteralKind::text);
  }
  return !has_mark(one.value);
}

// But for the values of comparisons.
bool Shape::has_literal_elsewhere() const {
  const mortise_sql_summary &all = learned_->view();
  bool has = has_mark(all.statements[0].node);
  for (uint32_t at = 0; at < all.table_count; ++at)
    for (const mortise_text text :
         {all.tables[at].catalog, all.tables[at].schema, all.tables[at].name, all.tables[at].alias})
      has = has || has_mark(text);
  for (uint32_t at = 0; at < all.function_count; ++at)
    for (const mortise_text text : {all.functions[at].schema, all.functions[at].name})
      has = has || has_mark(text);
  for (uint32_t at = 0; at < all.comparison_count; ++at)
    for (const mortise_text text :
         {all.comparisons[at].qualifier, all.comparisons[at].column, all.comparisons[at].operation})
      has = has || has_mark(text);
  return has;
}

bool Shape::has_mark(mortise_text text) const {
  for (const Mark &mark : marks_)
    if (view_of(text).find(mark.text) != std::string_view::npos) return true;
  return false;
}

std::unique_ptr<SqlSummary> Shape::summary(std::string_view sql, const std::vector<Literal> &literals) const {
  return std::make_unique<ShapedSummary>(shared_from_this(), sql, literals);
}

size_t Shape::bytes() const {
  return sizeof *this + key_.capacity() + probe_.capacity() + slots_.capacity() * sizeof(Slot) +
         marks_.capacity() * (sizeof(Mark) + 32) + (learned_ ? learned_->bytes() : 0);
}

} // namespace mortise::sql
