// How deeply the tree of SQL may nest, told without parsing it.
#pragma once

#include <cstdint>
#include <string_view>

namespace mortise {

// An upper bound, from tokens alone, of how many nodes of the parser's tree lie in one another.
uint32_t max_depth(std::string_view sql);

} // namespace mortise
