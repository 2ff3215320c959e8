#include "engines/sql/table_parser.h"

#include <cstddef>
#include <cstring>

namespace mortise {
namespace {

mortise_text text_of(std::string_view text) {
  return {text.data(), text.size()};
}

SqlFault fault_of(const mortise_sql_parser_fault &said, std::string_view sql) {
  const void *end = memchr(said.message, 0, sizeof said.message);
  const size_t size =
      end ? static_cast<size_t>(static_cast<const char *>(end) - said.message) : sizeof said.message;
  const std::string message(said.message, size);
  if (said.is_syntax) return {MORTISE_SQL_SYNTAX_ERROR, message, byte_position(sql, said.position)};
  return {MORTISE_SQL_NO_TREE, "the parser failed: " + message, 0};
}

mortise_sql_parser_fault no_fault() {
  mortise_sql_parser_fault fault;
  fault.size = sizeof fault;
  fault.is_syntax = 0;
  fault.position = 0;
  fault.message[0] = 0;
  return fault;
}

struct Received {
  const SqlParser::Receive &receive;
  uint32_t times;
};

// What it gives a second time isn't taken.
void receive_once(void *context, const void *data, uint64_t bytes) {
  Received &received = *static_cast<Received *>(context);
  if (received.times++ == 0) received.receive({static_cast<const char *>(data), static_cast<size_t>(bytes)});
}

// Whether its table, which may be that of 1.0, goes on to it.
bool has_nodes(const mortise_sql_parser_v1 &table) {
  return table.size >= offsetof(mortise_sql_parser_v1, nodes) + sizeof table.nodes && table.nodes;
}

} // namespace

bool TableParser::make(Make make, std::string_view sql, const Receive &receive, SqlFault &fault) {
  Received received{receive, 0};
  mortise_sql_parser_fault said = no_fault();
  const int32_t status = make(host_, text_of(sql), receive_once, &received, &said);
  if (status == MORTISE_OK && received.times > 0) return true;
  fault = status == MORTISE_OK ? SqlFault{MORTISE_SQL_NO_TREE, "the parser gave nothing", 0}
                               : fault_of(said, sql);
  return false;
}

bool TableParser::json(std::string_view sql, const Receive &receive, SqlFault &fault) {
  return make(table_.json, sql, receive, fault);
}

bool TableParser::protobuf(std::string_view sql, const Receive &receive, SqlFault &fault) {
  return make(table_.protobuf, sql, receive, fault);
}

bool TableParser::normalise(std::string_view sql, const Receive &receive, SqlFault &fault) {
  return make(table_.normalise, sql, receive, fault);
}

bool TableParser::summary(std::string_view sql, std::unique_ptr<SqlSummary> &made, SqlFault &fault) {
  if (!has_nodes(table_)) return SqlParser::summary(sql, made, fault);
  const auto read = [&](std::string_view given) {
    const auto *nodes = reinterpret_cast<const mortise_sql_parser_node *>(given.data());
    const bool is_aligned = reinterpret_cast<uintptr_t>(nodes) % alignof(mortise_sql_parser_node) == 0;
    if (is_aligned && given.size() % sizeof *nodes == 0)
      made = summariser_.of_nodes(sql, nodes, given.size() / sizeof *nodes);
  };
  if (!make(table_.nodes, sql, read, fault)) return false;
  if (!made) fault = {MORTISE_SQL_NO_TREE, "the parser's nodes are not those of libpg_query", 0};
  return made != nullptr;
}

bool TableParser::fingerprint(std::string_view sql, uint64_t &fingerprint, SqlFault &fault) {
  mortise_sql_parser_fault said = no_fault();
  if (table_.fingerprint(host_, text_of(sql), &fingerprint, &said) == MORTISE_OK) return true;
  fault = fault_of(said, sql);
  return false;
}

} // namespace mortise
