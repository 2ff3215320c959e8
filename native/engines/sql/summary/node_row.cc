// The tape of a tree that a parser gives as nodes. They lie as in the tape, but in it are only those that are asked for.
#include "engines/sql/summary/json_tape.h"

namespace mortise::sql {
namespace {

bool holds(const mortise_sql_parser_node &node) {
  return node.kind == MORTISE_SQL_PARSER_OBJECT || node.kind == MORTISE_SQL_PARSER_ARRAY;
}

// `at`: which it is; `around`: the end of what it lies in.
bool is_valid(const mortise_sql_parser_node &node, uint32_t at, uint32_t around) {
  if (node.kind < MORTISE_SQL_PARSER_OBJECT || node.kind > MORTISE_SQL_PARSER_NULL) return false;
  if (node.end > around || (holds(node) ? node.end <= at : node.end != at + 1)) return false;
  return node.text || node.size == 0;
}

constexpr JsonKind kinds[] = {JsonKind::absent, JsonKind::object, JsonKind::array,     JsonKind::string,
                              JsonKind::number, JsonKind::truth,  JsonKind::falsehood, JsonKind::null};

} // namespace

bool JsonTape::read(const mortise_sql_parser_node *row, size_t count, NodeNames &names) {
  // Nodes count in 32 bits.
  if (!row || count < 2 || count >= UINT32_MAX || row[1].end != count) return false;
  nodes_.resize(count);
  nodes_[0] = {};
  open_.clear();
  uint32_t size = 1, around = static_cast<uint32_t>(count);
  for (uint32_t at = 1; at < count; ++at) {
    const mortise_sql_parser_node &from = row[at];
    for (; around <= at; open_.pop_back(), around = open_.back().end)
      nodes_[open_.back().node].end = size;
    if (!is_valid(from, at, around)) return false;
    const NodeNames::Name &name = names.of(from.name);
    if (holds(from)) {
      open_.push_back({size, from.end});
      around = from.end;
      nodes_[size] = {name.key, kinds[from.kind], false, 0, name.size, name.address};
      ++size;
    } else if (is_known(name.key)) {
      nodes_[size] = {name.key, kinds[from.kind], false, size + 1, from.size, from.text};
      ++size;
    }
  }
  for (const Open &last : open_)
    nodes_[last.node].end = size;
  nodes_.resize(size);
  return true;
}

} // namespace mortise::sql
