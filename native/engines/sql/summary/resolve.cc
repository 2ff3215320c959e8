#include "engines/sql/summary/resolve.h"

#include "engines/sql/summary/hash.h"

#include <mortise/text.h>

#include <string_view>

namespace mortise::sql {
namespace {

class Resolver {
public:
  explicit Resolver(Draft &draft)
      : draft_(draft), counts_(draft.blocks.size()), only_(draft.blocks.size(), none), up_(draft.up),
        previous_(draft.sources.size(), none), last_(buckets_for(draft.sources.size()), none) {
    for (uint32_t at = 0; at < draft.sources.size(); ++at) {
      const Source &source = draft.sources[at];
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

  uint32_t table_of(const mortise_sql_comparison &one) const {
    for (uint32_t block = one.block; block != none; block = up_[block]) {
      uint32_t table = none;
      if (one.qualifier.size == 0 ? counts_[block] > 0 : named(one, block, table))
        return one.qualifier.size > 0 ? table : counts_[block] == 1 ? only_[block] : none;
    }
    return none;
  }

  void lock() {
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

private:
  // A power of two.
  static size_t buckets_for(size_t sources) {
    size_t buckets = 16;
    while (buckets < sources)
      buckets *= 2;
    return buckets;
  }

  size_t bucket(mortise_text name, uint32_t block) const {
    return hash_of(name, 2166136261u ^ block * 2654435761u) & (last_.size() - 1);
  }

  static bool is(const Source &source, uint32_t block, mortise_text name) {
    return source.block == block && mortise_text_equal(source.name, name);
  }

  // Whether a block has a source of this name. Its table is none when it has several, or no table is known. Nor are
  // thousands of tables with one name in as many schemas told apart.
  bool named(const mortise_sql_comparison &one, uint32_t block, uint32_t &table) const {
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

  // A catalogue may stand before the schema.
  static bool is_in(const Source &source, std::string_view schema) {
    if (schema.empty()) return true;
    if (source.has_alias) return false;
    const std::string_view own(source.schema.data, static_cast<size_t>(source.schema.size));
    if (own.empty() || own == schema) return true;
    return schema.size() > own.size() && schema[schema.size() - own.size() - 1] == '.' &&
           schema.substr(schema.size() - own.size()) == own;
  }

  Draft &draft_;
  std::vector<uint32_t> counts_; // of each block: how many sources columns without a qualifier may belong to
  std::vector<uint32_t> only_;   // the table of the last of them
  std::vector<uint32_t> up_;
  std::vector<uint32_t> previous_; // of each source: the one before it in its bucket
  std::vector<uint32_t> last_;     // of each bucket: its newest source
};

} // namespace

void resolve(Draft &draft) {
  Resolver resolver(draft);
  std::vector<uint32_t> members(draft.groups);
  for (const mortise_sql_comparison &one : draft.comparisons)
    ++members[one.group];
  for (mortise_sql_comparison &one : draft.comparisons) {
    if (one.table == none) one.table = resolver.table_of(one);
    one.reserved = 0;
    if (members[one.group] > 1) one.flags |= MORTISE_SQL_ALTERNATIVE;
    // NOT EXISTS (SELECT … WHERE outer.column = 1) says nothing of the rows of the table further out.
    if (one.table != none && draft.tables[one.table].block != one.block)
      one.flags &= ~uint32_t{MORTISE_SQL_CERTAIN};
  }
  if (!draft.locks.empty()) resolver.lock();
}

} // namespace mortise::sql
