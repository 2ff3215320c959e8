#include "engines/sql/summary/resolve.h"

#include "engines/sql/summary/hash.h"

#include <mortise/text.h>

namespace mortise::sql {
namespace {

// A power of two.
size_t buckets_for(size_t sources) {
  size_t buckets = 16;
  while (buckets < sources)
    buckets *= 2;
  return buckets;
}

bool is(const Source &source, uint32_t block, mortise_text name) {
  return source.block == block && mortise_text_equal(source.name, name);
}

// A catalogue may stand before the schema.
bool is_in(const Source &source, std::string_view schema) {
  if (schema.empty()) return true;
  if (source.has_alias) return false;
  const std::string_view own(source.schema.data, static_cast<size_t>(source.schema.size));
  if (own.empty() || own == schema) return true;
  return schema.size() > own.size() && schema[schema.size() - own.size() - 1] == '.' &&
         schema.substr(schema.size() - own.size()) == own;
}

} // namespace

void Resolver::resolve() {
  if (draft_.comparisons.empty() && draft_.locks.empty()) return;
  look();
  compare();
  if (!draft_.locks.empty()) lock();
}

void Resolver::look() {
  const size_t blocks = draft_.blocks.size();
  counts_.assign(blocks, 0);
  only_.assign(blocks, none);
  up_ = draft_.up;
  previous_.assign(draft_.sources.size(), none);
  last_.assign(buckets_for(draft_.sources.size()), none);
  for (uint32_t at = 0; at < draft_.sources.size(); ++at) {
    const Source &source = draft_.sources[at];
    uint32_t &last = last_[bucket(source.name, source.block)];
    previous_[at] = last;
    last = at;
    if (!source.counts) continue;
    ++counts_[source.block];
    only_[source.block] = source.table;
  }
  // What a block has no columns of its own for is looked up further out; past all that have none. Those around it
  // come before it.
  for (uint32_t block = 0; block < up_.size(); ++block)
    while (up_[block] != none && counts_[up_[block]] == 0)
      up_[block] = up_[up_[block]];
}

void Resolver::compare() {
  members_.assign(draft_.groups, 0);
  for (const mortise_sql_comparison &one : draft_.comparisons)
    ++members_[one.group];
  for (mortise_sql_comparison &one : draft_.comparisons) {
    if (one.table == none) one.table = table_of(one);
    one.reserved = 0;
    if (members_[one.group] > 1) one.flags |= MORTISE_SQL_ALTERNATIVE;
    // NOT EXISTS (SELECT … WHERE outer.column = 1) says nothing of the rows of the table further out.
    if (one.table != none && draft_.tables[one.table].block != one.block)
      one.flags &= ~uint32_t{MORTISE_SQL_CERTAIN};
  }
}

uint32_t Resolver::table_of(const mortise_sql_comparison &one) const {
  for (uint32_t block = one.block; block != none; block = up_[block]) {
    uint32_t table = none;
    if (one.qualifier.size == 0 ? counts_[block] > 0 : named(one, block, table))
      return one.qualifier.size > 0 ? table : counts_[block] == 1 ? only_[block] : none;
  }
  return none;
}

// Whether a block has a source of this name. Its table is none when it has several, or no table is known. Nor are
// thousands of tables with one name in as many schemas told apart.
bool Resolver::named(const mortise_sql_comparison &one, uint32_t block, uint32_t &table) const {
  const uint64_t before = one.qualifier.size - one.reserved;
  const mortise_text relation = {one.qualifier.data + before, one.reserved};
  const std::string_view schema(one.qualifier.data, static_cast<size_t>(before ? before - 1 : 0));
  bool found = false;
  uint32_t left = 1000;
  for (uint32_t at = last_[bucket(relation, block)]; at != none; at = previous_[at]) {
    const Source &source = draft_.sources[at];
    if (!is(source, block, relation)) continue;
    const bool fits = is_in(source, schema);
    if (--left == 0 || (fits && found)) {
      table = none;
      return true;
    }
    if (fits) table = source.table;
    found = found || fits;
  }
  return found;
}

void Resolver::lock() {
  std::vector<bool> all(draft_.blocks.size()), locked(draft_.sources.size());
  for (const Lock &lock : draft_.locks) {
    if (lock.all) all[lock.block] = true;
    if (lock.all) continue;
    for (uint32_t at = last_[bucket(lock.name, lock.block)]; at != none; at = previous_[at])
      if (is(draft_.sources[at], lock.block, lock.name)) locked[at] = true;
  }
  // A subquery comes behind the block that it is in.
  for (uint32_t at = 0; at < draft_.sources.size(); ++at) {
    const Source &source = draft_.sources[at];
    if (!locked[at] && !all[source.block]) continue;
    if (source.table != none) draft_.tables[source.table].use = MORTISE_SQL_USE_WRITE;
    if (source.made_of < all.size()) all[source.made_of] = true;
  }
}

size_t Resolver::bucket(mortise_text name, uint32_t block) const {
  return hash_of(name, 2166136261u ^ block * 2654435761u) & (last_.size() - 1);
}

} // namespace mortise::sql
