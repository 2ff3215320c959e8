// The plugins that are asked where a query goes, in order.
#pragma once

#include "engines/sql/statement.h"
#include "engines/calls.h"
#include "engines/doing.h"
#include "host/link.h"
#include "routing/slot.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mortise {

// How a plugin of mortise's own family answers.
using RouteFunction = int32_t (*)(const mortise_context *question, mortise_route *answer);

Link plugin_link(RouteFunction route);

// What one link did with a question.
struct Asked {
  int64_t nanoseconds; // the clock's own time included
  bool decided;
  Fault fault; // kind 0: none
};

class Chain {
public:
  // Plugins get at the trees of its queries through `texts`; null: there are none.
  explicit Chain(SqlTexts *texts = nullptr) : texts_(texts) {}
  Chain(const Chain &) = delete;
  Chain &operator=(const Chain &) = delete;
  ~Chain();

  // May be called while links are asked: who is in the middle goes on with those that there were. `counts`: where the
  // calls of each are counted; empty: nowhere.
  void relink(std::vector<Link> links, std::vector<CallCount *> counts = {});

  // Keeps the SQL of a statement that is routed more than once; its number, from 1.
  // `types`: what the client declared for its parameters.
  uint32_t keep(const std::string &sql, std::vector<uint32_t> types = {});
  void forget(uint32_t statement);

  // What a question about it says of its SQL and of its parameters' types. Number 0, and one that isn't kept, has neither.
  void describe(uint32_t statement, mortise_context &context) const {
    const Described &one = described(statement);
    context.sql = one.sql;
    declare(one, context);
  }
  void declare(uint32_t statement, mortise_context &context) const { declare(described(statement), context); }

  // Of the texts that are kept.
  int64_t kept_bytes() const { return kept_bytes_; }

  // What the context of a question says its statement is; null: no tree can be had.
  std::unique_ptr<const mortise_statement> statement(const SlotHeader &header);

  // What a plugin would read of this text. Valid until the next text is looked for.
  const mortise_sql_summary &summary(const std::string &sql);

  // libpg_query's of this text; null: there is none. Valid as long.
  const uint64_t *fingerprint(const std::string &sql);
  const std::string *normalised(const std::string &sql);

  // Changes when what is known of texts does: another parser may say something else.
  uint32_t parsers() const { return texts_ ? texts_->parsers() : 0; }

  // Asks about the context in `header`, in order until one decides, and writes the answer there.
  void decide(SlotHeader &header) const;

  // The same, and what each of those who were asked did, in order. Faults stand there, and not in `header`.
  std::vector<Asked> explain(SlotHeader &header) const;

private:
  // As a context says it: a routing call copies it whole, without a look at what owns it.
  struct Described {
    mortise_text sql{"", 0};
    const uint32_t *types = nullptr;
    uint64_t type_count = 0;
  };
  struct Owned {
    std::unique_ptr<char[]> bytes;
    std::vector<uint32_t> types;
  };

  const Described &described(uint32_t statement) const {
    return kept_[statement < kept_.size() ? statement : 0];
  }
  static void declare(const Described &one, mortise_context &context) {
    context.parameter_types = one.types;
    context.parameter_type_count = one.type_count;
  }

  template <typename Observer> void walk(SlotHeader &header, Observer &observer) const;
  void forget_text(uint32_t statement);

  struct Linked {
    std::vector<Link> links;
    std::vector<CallCount *> counts;
  };
  std::unique_ptr<const Linked> links_ = std::make_unique<Linked>();
  // Those that somebody in the middle may still be asking.
  std::vector<std::unique_ptr<const Linked>> replaced_;
  mutable uint32_t depth_ = 0;
  // Where others see whose function is being asked.
  std::atomic<const void *> &asked_ = function_place();
  // By the statement's number. 0 is nobody's.
  std::vector<Described> kept_{1};
  std::vector<Owned> owned_{1};
  std::vector<uint32_t> free_;
  int64_t kept_bytes_ = 0;
  SqlTexts *const texts_;
  std::vector<SqlText *> kept_texts_{nullptr};
};

} // namespace mortise
