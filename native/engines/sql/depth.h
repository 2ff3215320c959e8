// How large the tree of SQL may get, told without parsing it: deep ones end the process inside the parser.
#pragma once

#include <cstdint>
#include <string_view>

namespace mortise {

struct TreeBounds {
  // An upper bound, from tokens alone, of how many nodes of the parser's tree lie in one another.
  uint32_t depth;
  // The bytes of the SQL, each as often as the tree repeats it: all of what (a, b) = (…) sets is there once for a and
  // once for b, so that a few such in one another would fill any memory. At most 2^40.
  uint64_t bytes;
};

TreeBounds tree_bounds(std::string_view sql);

// Whether a glance at a short text shows that its bounds are within these. False: it may be all the same.
bool is_surely_within(std::string_view sql, const TreeBounds &most);

inline uint32_t max_depth(std::string_view sql) {
  return tree_bounds(sql).depth;
}

} // namespace mortise
