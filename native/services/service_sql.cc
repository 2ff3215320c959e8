// mortise.sql
#include "services/built_in.h"
#include "engines/sql/statement.h"

namespace mortise {
namespace {

constexpr char no_statement[] = "the host parses nothing, or the call is not about a query";
constexpr char wrong_thread[] = "asked on another thread than the query's";

// Null where there is an answer; otherwise why there can be none.
const char *obstacle(const mortise_statement *statement) {
  if (!statement) return no_statement;
  return statement->texts.is_mine() ? nullptr : wrong_thread;
}

const mortise_sql_summary *summary(const mortise_host *, const mortise_statement *statement) {
  if (const char *why = obstacle(statement)) return &no_summary(why);
  SqlText *known = statement->known();
  if (known && known->made_summary()) return known->made_summary();
  return &statement->texts.summary(statement->find());
}

const mortise_sql_tree *tree(const mortise_host *, const mortise_statement *statement) {
  if (const char *why = obstacle(statement)) return &no_tree(why);
  SqlText *known = statement->known();
  if (known && known->made_tree()) return known->made_tree();
  return &statement->texts.tree(statement->find());
}

int32_t fingerprint(const mortise_host *, const mortise_statement *statement, uint64_t *fingerprint) {
  if (!fingerprint) return MORTISE_ERROR;
  *fingerprint = 0;
  if (obstacle(statement)) return MORTISE_PASS;
  const uint64_t *made = statement->texts.fingerprint(statement->find());
  if (!made) return MORTISE_PASS;
  *fingerprint = *made;
  return MORTISE_OK;
}

int32_t normalise(const mortise_host *, const mortise_statement *statement, mortise_text *sql) {
  if (!sql) return MORTISE_ERROR;
  *sql = {"", 0};
  if (obstacle(statement)) return MORTISE_PASS;
  const std::string *made = statement->texts.normalised(statement->find());
  if (!made) return MORTISE_PASS;
  *sql = {made->data(), made->size()};
  return MORTISE_OK;
}

} // namespace

const mortise_sql_v1 sql_table = {sizeof(mortise_sql_v1), 0, summary, tree, fingerprint, normalise};

} // namespace mortise
