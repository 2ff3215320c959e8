// Reads SQL and a parser's JSON, and writes the summary of each pair as a line of JSON, or "null". Each text comes as
// its size in a line of its own and then its bytes. With "bounds" as argument it reads SQL only and writes tree_bounds();
// with "probes" the probe of its shape, as a string of JSON, or "null". With "shaped" it reads SQL and the JSON of its
// probe; with "nodes" SQL and a tree's nodes.
#include "engines/sql/depth.h"
#include "engines/sql/shape/shape.h"
#include "engines/sql/summary/summary.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace {

// In memory of exactly its size, so that a sanitizer sees one byte too many.
struct Text {
  std::unique_ptr<char[]> bytes;
  size_t size = 0;
  std::string_view view() const { return {bytes.get(), size}; }
};

bool read(Text &text) {
  if (std::scanf("%zu", &text.size) != 1 || std::getchar() != '\n') return false;
  text.bytes.reset(new char[text.size]);
  return std::fread(text.bytes.get(), 1, text.size, stdin) == text.size;
}

void write(mortise_text text) {
  std::putchar('"');
  for (uint64_t at = 0; at < text.size; ++at) {
    const unsigned char letter = static_cast<unsigned char>(text.data[at]);
    if (letter < 0x20 || letter == '"' || letter == '\\')
      std::printf("\\u%04x", letter);
    else
      std::putchar(letter);
  }
  std::putchar('"');
}

void text(const char *name, mortise_text value, char before = ',') {
  std::printf("%c\"%s\":", before, name);
  write(value);
}

void number(const char *name, int64_t value, char before = ',') {
  std::printf("%c\"%s\":%lld", before, name, static_cast<long long>(value == MORTISE_SQL_NONE ? -1 : value));
}

template <class Item, class Each> void list(const char *name, const Item *items, uint32_t count, Each each) {
  std::printf(",\"%s\":[", name);
  for (uint32_t at = 0; at < count; ++at) {
    if (at > 0) std::putchar(',');
    each(items[at]);
    std::putchar('}');
  }
  std::putchar(']');
}

void write(const mortise_sql_summary &all) {
  number("access", all.access, '{');
  number("parameters", all.parameter_count);
  list("statements", all.statements, all.statement_count, [](const mortise_sql_statement &one) {
    number("kind", one.kind, '{');
    number("access", one.access);
    number("firstBlock", one.first_block);
    number("blockCount", one.block_count);
    text("node", one.node);
    text("sql", one.sql);
  });
  list("blocks", all.blocks, all.block_count, [](const mortise_sql_block &one) {
    number("kind", one.kind, '{');
    number("flags", one.flags);
    number("statement", one.statement);
    number("parent", one.parent);
  });
  list("tables", all.tables, all.table_count, [](const mortise_sql_table &one) {
    number("block", one.block, '{');
    number("use", one.use);
    text("catalog", one.catalog);
    text("schema", one.schema);
    text("name", one.name);
    text("alias", one.alias);
  });
  list("functions", all.functions, all.function_count, [](const mortise_sql_function &one) {
    number("block", one.block, '{');
    number("flags", one.flags);
    text("schema", one.schema);
    text("name", one.name);
  });
  list("comparisons", all.comparisons, all.comparison_count, [](const mortise_sql_comparison &one) {
    number("block", one.block, '{');
    number("table", one.table);
    text("qualifier", one.qualifier);
    text("column", one.column);
    text("operation", one.operation);
    text("value", one.value);
    number("type", one.type);
    number("parameter", one.parameter);
    number("place", one.place);
    number("flags", one.flags);
    number("group", one.group);
  });
  std::printf("}\n");
}

std::unique_ptr<mortise::SqlSummary> shaped(std::string_view sql, Text json) {
  using namespace mortise::sql;
  std::string key;
  std::vector<Literal> literals;
  if (!read_literals(sql, key, literals)) return nullptr;
  const auto shape = std::make_shared<Shape>(key);
  auto summary = mortise::Summariser().of_json(shape->probe(), json.view());
  return shape->learn(std::move(summary)) ? shape->summary(sql, literals) : nullptr;
}

// Each node as "kind end name-size text-size\n", its name and its text; "-1": it has none.
std::unique_ptr<mortise::SqlSummary> from_nodes(mortise::Summariser &summariser, std::string_view sql,
                                                const Text &written) {
  static std::unordered_set<std::string> names; // literals, as a plugin has them
  std::vector<std::unique_ptr<char[]>> texts;
  std::vector<mortise_sql_parser_node> nodes;
  const char *next = written.bytes.get(), *const end = next + written.size;
  while (next < end) {
    mortise_sql_parser_node node{};
    int name = 0, text = 0, head = 0;
    if (std::sscanf(std::string(next, std::min<size_t>(64, static_cast<size_t>(end - next))).c_str(),
                    "%u %u %d %d%n", &node.kind, &node.end, &name, &text, &head) != 4)
      std::abort();
    next += head + 1;
    if (name >= 0) node.name = names.emplace(next, static_cast<size_t>(name)).first->c_str();
    next += name > 0 ? name : 0;
    if (text >= 0) {
      node.size = static_cast<uint32_t>(text);
      texts.emplace_back(new char[node.size]);
      std::memcpy(texts.back().get(), next, node.size);
      node.text = texts.back().get();
      next += text;
    }
    nodes.push_back(node);
  }
  // Of exactly their size.
  const auto row = std::make_unique<mortise_sql_parser_node[]>(nodes.size());
  std::copy(nodes.begin(), nodes.end(), row.get());
  return summariser.of_nodes(sql, row.get(), nodes.size());
}

void write_probe(std::string_view sql) {
  using namespace mortise::sql;
  std::string key;
  std::vector<Literal> literals;
  if (read_literals(sql, key, literals)) {
    Shape shape(key);
    const std::string_view probe = shape.probe();
    write(mortise_text{probe.data(), probe.size()});
    std::putchar('\n');
  } else {
    std::printf("null\n");
  }
}

} // namespace

int main(int count, char **arguments) {
  const auto asks = [&](const char *what) { return count > 1 && std::strcmp(arguments[1], what) == 0; };
  mortise::Summariser summariser;
  for (Text sql, json; read(sql);) {
    if (asks("probes")) {
      write_probe(sql.view());
      continue;
    }
    if (asks("bounds")) {
      const mortise::TreeBounds found = mortise::tree_bounds(sql.view());
      std::printf("%u %llu\n", found.depth, static_cast<unsigned long long>(found.bytes));
      continue;
    }
    if (!read(json)) return 1;
    const std::unique_ptr<mortise::SqlSummary> summary = asks("shaped") ? shaped(sql.view(), std::move(json))
                                                         : asks("nodes")
                                                             ? from_nodes(summariser, sql.view(), json)
                                                             : summariser.of_json(sql.view(), json.view());
    json = {}; // which the summary doesn't need
    if (summary)
      write(summary->view());
    else
      std::printf("null\n");
  }
  return 0;
}
