#include "engines/sql/shape/shapes.h"

#include <utility>

namespace mortise::sql {
namespace {

// With what stands around it in a map.
size_t bytes_of(const Shapes::Entry &entry) {
  return sizeof entry + 64 + entry.shape->bytes();
}

} // namespace

std::shared_ptr<Shapes::Entry> Shapes::find(std::string_view sql) {
  if (!read_literals(sql, key_, literals_)) return nullptr;
  if (const auto known = young_.entries.find(key_); known != young_.entries.end()) return known->second;
  const auto known = old_.entries.find(key_);
  const bool is_new = known == old_.entries.end();
  std::shared_ptr<Entry> entry = is_new ? std::make_shared<Entry>() : known->second;
  if (is_new) {
    entry->shape = std::make_shared<Shape>(key_);
  } else {
    old_.memory -= entry->counted;
    old_.entries.erase(known);
  }
  add(entry);
  return entry;
}

void Shapes::add(const std::shared_ptr<Entry> &entry) {
  if (young_.entries.size() >= max_count / 2 || young_.memory > max_memory / 2)
    old_ = std::exchange(young_, {});
  entry->counted = bytes_of(*entry);
  young_.memory += entry->counted;
  young_.entries.emplace(entry->shape->key(), entry);
}

std::unique_ptr<SqlSummary> Shapes::summary(const Entry &entry, std::string_view sql) const {
  return entry.state == Entry::State::learned ? entry.shape->summary(sql, literals_) : nullptr;
}

void Shapes::learn(Entry &entry, SqlParser &parser, std::string_view sql, const mortise_sql_summary &whole) {
  if (entry.state == Entry::State::fresh)
    entry.state = Entry::State::seen;
  else if (entry.state == Entry::State::seen)
    learn_now(entry, parser, sql, whole);
}

void Shapes::learn_now(Entry &entry, SqlParser &parser, std::string_view sql,
                       const mortise_sql_summary &whole) {
  // The parser may ask for other texts, of this shape, too.
  entry.state = Entry::State::learning;
  Shape &shape = *entry.shape;
  bool learned = false;
  SqlFault fault;
  const std::string_view probe = shape.probe();
  std::unique_ptr<SqlSummary> summary;
  const bool parsed = probe.size() > max_probe || parser.summary(probe, summary, fault);
  if (summary) learned = shape.learn(std::move(summary));
  if (learned) {
    std::string key;
    std::vector<Literal> literals;
    learned = read_literals(sql, key, literals) && same(shape.summary(sql, literals)->view(), whole);
    if (!learned) shape.forget();
  }
  const bool is_final = parsed || fault.outcome != MORTISE_SQL_NO_TREE;
  entry.state = learned ? Entry::State::learned : is_final ? Entry::State::refused : Entry::State::seen;
  const auto known = young_.entries.find(shape.key());
  if (known == young_.entries.end() || known->second.get() != &entry) return;
  young_.memory -= entry.counted;
  entry.counted = bytes_of(entry);
  young_.memory += entry.counted;
}

} // namespace mortise::sql
