#include "engines/sql/texts.h"

#include <utility>

namespace mortise {
namespace {

// Nobody finds it under a number any more.
void forget_places(SqlText &text) {
  for (const SqlText::Place &place : text.places)
    (*place.texts)[place.number] = nullptr;
  text.places.clear();
}

} // namespace

void SqlTexts::set_parser(std::unique_ptr<SqlParser> parser) {
  parser_ = std::move(parser);
  for (auto &[sql, text] : texts_) {
    forget_places(*text);
    old_.push_back(std::move(text));
  }
  texts_.clear();
  clock_.clear();
  hand_ = memory_ = 0;
}

SqlText &SqlTexts::find(std::string_view sql, bool may_drop) {
  if (const auto known = texts_.find(sql); known != texts_.end()) {
    known->second->used = true;
    return *known->second;
  }
  while (may_drop && !clock_.empty() && (clock_.size() >= bounds.max_texts || memory_ > bounds.max_memory))
    drop_one();
  auto made = std::make_unique<SqlText>(sql, bounds.limits);
  SqlText &text = *made;
  clock_.push_back(&text);
  memory_ += text.bytes();
  texts_.emplace(text.sql(), std::move(made));
  return text;
}

void SqlTexts::drop_one() {
  for (;; hand_++) {
    if (hand_ >= clock_.size()) hand_ = 0;
    if (!std::exchange(clock_[hand_]->used, false)) break;
  }
  SqlText &text = *clock_[hand_];
  clock_[hand_] = clock_.back();
  clock_.pop_back();
  memory_ -= text.bytes();
  forget_places(text);
  texts_.erase(texts_.find(text.sql()));
}

template <typename Make> auto SqlTexts::counted(SqlText &text, Make make) {
  // A text of an earlier parser isn't counted any more, and nothing more is made of it.
  const auto known = texts_.find(text.sql());
  const bool counts = known != texts_.end() && known->second.get() == &text;
  const size_t before = text.bytes();
  const auto made = make(counts ? parser_.get() : nullptr);
  if (counts) memory_ += text.bytes() - before;
  return made;
}

const mortise_sql_summary &SqlTexts::summary(SqlText &text) {
  return *counted(text, [&](SqlParser *parser) { return &text.summary(parser); });
}

const mortise_sql_tree &SqlTexts::tree(SqlText &text) {
  return *counted(text, [&](SqlParser *parser) { return &text.tree(parser); });
}

const uint64_t *SqlTexts::fingerprint(SqlText &text) {
  return counted(text, [&](SqlParser *parser) { return text.fingerprint(parser); });
}

const std::string *SqlTexts::normalised(SqlText &text) {
  return counted(text, [&](SqlParser *parser) { return text.normalised(parser); });
}

} // namespace mortise
