// A tree as a row of nodes, each with the place where it ends: read without recursion, walked without pointers.
#pragma once

#include "engines/sql/summary/json_keys.h"
#include "engines/sql/summary/node_names.h"
#include "engines/sql/summary/text_arena.h"

#include <mortise/sql_parser.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace mortise::sql {

enum class JsonKind : uint8_t { absent, object, array, string, number, truth, falsehood, null };

struct JsonNode {
  Key key = Key::none; // of a member
  JsonKind kind = JsonKind::absent;
  bool escaped = false; // a string with backslashes in it
  uint32_t end = 0;     // the first node behind it and all that it holds
  // Of a string or number its text as it stands in the tree; of an object or array that of its key.
  uint32_t size = 0;
  const char *text = "";
};

// Members with scalar values and names that no one asks for are left out.
class JsonTape {
public:
  static constexpr uint32_t root = 1;

  // From a parser's JSON, or from its nodes. False when they aren't valid. They must stay.
  bool read(std::string_view json);
  bool read(const mortise_sql_parser_node *nodes, size_t count, NodeNames &names);

  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  const JsonNode &operator[](uint32_t node) const { return nodes_[node]; }

  // Node 0 is none and has no members, so that questions can be chained.
  uint32_t find(uint32_t object, Key key) const {
    if (nodes_[object].kind != JsonKind::object) return 0;
    for (uint32_t member = object + 1; member < nodes_[object].end; member = nodes_[member].end)
      if (nodes_[member].key == key) return member;
    return 0;
  }

  // The first node in an object or array; 0: it is empty, or is none of them.
  uint32_t first(uint32_t node) const {
    const bool holds = nodes_[node].kind == JsonKind::object || nodes_[node].kind == JsonKind::array;
    return holds && node + 1 < nodes_[node].end ? node + 1 : 0;
  }

  // The node after `node` in the same `parent`; 0: it was the last.
  uint32_t next(uint32_t node, uint32_t parent) const {
    return nodes_[node].end < nodes_[parent].end ? nodes_[node].end : 0;
  }

  // How many nodes an array has.
  uint32_t count(uint32_t array) const;

  bool is(uint32_t node, JsonKind kind) const { return nodes_[node].kind == kind; }

  // As it stands in the tree; the key of an object or array.
  std::string_view raw(uint32_t node) const { return {nodes_[node].text, nodes_[node].size}; }

  // The text of a string. False: it is none, or has an escape that isn't valid.
  bool text(uint32_t node, TextArena &arena, mortise_text &text) const;

  // A whole number from 0 to 2^31 - 1.
  bool natural(uint32_t node, uint32_t &number) const;

private:
  struct Open {
    uint32_t node; // in the tape
    uint32_t end;  // where it is read from
  };

  std::vector<JsonNode> nodes_;
  std::vector<Open> open_;
};

} // namespace mortise::sql
