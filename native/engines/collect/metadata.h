// Named facts beside values and notifications, as plugins attach them. Also what collectd's meta_data_t is.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace mortise::collect {

// Not safe to change on two threads at once. std::map: listed in the order of the names.
using MetadataValue = std::variant<std::string, int64_t, uint64_t, double, bool>;
using Metadata = std::map<std::string, MetadataValue, std::less<>>;

constexpr size_t max_metadata = 256; // entries beside one value; what exceeds it is refused

} // namespace mortise::collect
