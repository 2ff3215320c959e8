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

void SqlTexts::set_parser(std::shared_ptr<SqlParser> parser) {
  parser_ = std::move(parser);
  parsers_++;
  for (auto &[sql, text] : texts_) {
    forget_places(*text);
    old_.push_back(std::move(text));
  }
  texts_.clear();
  shapes_.clear();
  clock_.clear();
  hand_ = memory_ = 0;
}

SqlText &SqlTexts::find(std::string_view sql, bool may_drop) {
  if (const auto known = texts_.find(sql); known != texts_.end()) {
    known->second->used = true;
    return *known->second;
  }
  while (may_drop && parsing_ == 0 && !clock_.empty() &&
         (clock_.size() >= bounds.max_texts || memory() > bounds.max_memory))
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

bool SqlTexts::has(const SqlText &text) const {
  const auto known = texts_.find(text.sql());
  return known != texts_.end() && known->second.get() == &text;
}

template <typename Make> auto SqlTexts::counted(SqlText &text, Make make) {
  // Nothing more is made of a text of an earlier parser. This one may be replaced while it parses.
  const std::shared_ptr<SqlParser> parser = has(text) ? parser_ : nullptr;
  const size_t before = text.bytes();
  parsing_++;
  const auto made = make(parser.get());
  parsing_--;
  if (has(text)) memory_ += text.bytes() - before;
  return made;
}

const mortise_sql_summary &SqlTexts::summary(SqlText &text) {
  shapes_.max_count = bounds.max_texts;
  shapes_.max_memory = bounds.max_memory / 4;
  shapes_.max_probe = bounds.limits.max_bytes;
  return *counted(text, [&](SqlParser *parser) { return &text.summary(parser, shapes_); });
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
