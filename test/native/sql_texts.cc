// SQL that is parsed for plugins: what is dropped, and what stays while a query reads it. Queries within queries, parsers
// that come and go, kept SQL that is forgotten, in a random order and with hardly any room.
#include "check.h"

#include "engines/sql/table_parser.h"
#include "routing/chain.h"

#include <vector>

using namespace mortise;

namespace {

// Makes what says which text, and which parser made it.
class NamedParser final : public SqlParser {
public:
  explicit NamedParser(char name) : name_(name) {}

  bool json(std::string_view sql, const Receive &receive, SqlFault &fault) override {
    made++;
    if (sql.find("broken") != sql.npos) {
      fault = {MORTISE_SQL_SYNTAX_ERROR, std::string(sql), 1};
      return false;
    }
    receive("{\"version\":170004,\"stmts\":[]}");
    return true;
  }
  bool protobuf(std::string_view sql, const Receive &receive, SqlFault &) override {
    receive(name_ + std::string(sql));
    return true;
  }
  bool fingerprint(std::string_view sql, uint64_t &fingerprint, SqlFault &) override {
    fingerprint = sql.size();
    return true;
  }
  bool normalise(std::string_view sql, const Receive &receive, SqlFault &) override {
    receive(sql);
    return true;
  }

  static int made;

private:
  const char name_;
};
int NamedParser::made = 0;

SqlTexts texts;
Chain chain(&texts);
Numbers numbers(20261127);
std::vector<uint32_t> kept;
int depth = 0;
bool alone = true; // no queries between

std::string some_text() {
  return (numbers.below(5) == 0 ? "broken " : "SELECT ") + std::to_string(numbers.below(40));
}

void ask_something();

// A plugin that reads everything of its query twice, with other queries between.
int32_t read_all(const mortise_context *question, mortise_route *, void *) {
  const mortise_statement *statement = question->statement;
  const std::string sql(question->sql.data, question->sql.size);
  const mortise_sql_summary &summary = texts.summary(statement->find());
  const mortise_sql_tree &tree = texts.tree(statement->find());
  const std::string *normalised = texts.normalised(statement->find());
  const bool broken = sql.find("broken") != sql.npos;
  for (int round = 0; round < 2; round++) {
    CHECK(summary.outcome == (broken ? MORTISE_SQL_SYNTAX_ERROR : MORTISE_SQL_PARSED));
    if (broken) CHECK(std::string(summary.message.data, summary.message.size) == sql);
    if (!broken) CHECK(std::string(reinterpret_cast<const char *>(tree.data) + 1, tree.bytes - 1) == sql);
    if (normalised) CHECK(*normalised == sql);
    if (round == 0 && depth < 4 && !alone)
      for (uint64_t times = numbers.below(4); times > 0; times--)
        ask_something();
  }
  return MORTISE_PASS;
}

void ask(uint32_t number, const std::string &sql) {
  SlotHeader header{};
  const std::unique_ptr<const mortise_statement> statement = chain.statement(header);
  header.context.size = sizeof header.context;
  header.context.shards = 1;
  header.context.statement = statement.get();
  header.statement = number;
  if (number)
    chain.describe(number, header.context);
  else
    header.context.sql = {sql.data(), sql.size()};
  depth++;
  chain.decide(header);
  depth--;
}

void ask_something() {
  switch (numbers.below(8)) {
  case 0:
    texts.set_parser(std::make_unique<NamedParser>('A' + static_cast<char>(numbers.below(26))));
    break;
  case 1:
    kept.push_back(chain.keep(some_text()));
    break;
  case 2:
    // Of a query that is being asked, JavaScript holds on to the number.
    if (!kept.empty() && depth == 0) {
      const size_t which = numbers.below(kept.size());
      chain.forget(kept[which]);
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(which));
    }
    break;
  case 3:
  case 4:
    if (!kept.empty()) ask(kept[numbers.below(kept.size())], "");
    break;
  case 5:
    chain.summary(some_text());
    break;
  default:
    ask(0, some_text());
  }
}

void parsed_once() {
  NamedParser::made = 0;
  texts.set_parser(std::make_unique<NamedParser>('a'));
  const uint32_t number = chain.keep("SELECT 'once'");
  for (int round = 0; round < 3; round++) {
    ask(number, "");
    ask(0, "SELECT 'once'");
  }
  CHECK(NamedParser::made == 1);
  chain.forget(number);
}

} // namespace

int main() {
  chain.relink({{read_all, nullptr}, {read_all, nullptr}});
  parsed_once();
  alone = false;
  for (const SqlBounds bounds : {SqlBounds{{}, 1, 1}, SqlBounds{{}, 3, 1 << 20}, SqlBounds{{}, 1000, 4000}}) {
    texts.bounds = bounds;
    for (int round = 0; round < 3000; round++) {
      ask_something();
      texts.drop_old();
    }
    // The next text makes room, whatever came within queries.
    alone = true;
    for (int text = 0; text < 20; text++) {
      ask(0, "SELECT 'last' + " + std::to_string(text));
      CHECK(texts.count() <= bounds.max_texts);
    }
    alone = false;
  }
  texts.set_parser(nullptr);
  texts.drop_old();
  CHECK(texts.count() == 0 && texts.memory() == 0);
  std::puts("ok");
  return 0;
}
