// What a collectd.conf says: a tree of lines and blocks. Written in mortise.toml it is the same tree.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace mortise::collectd {

// `Interval 10`, `LoadPlugin cpu`, `ReportByCpu true`: a number, a string (quoted or not) or a boolean.
using ItemValue = std::variant<std::string, double, bool>;

// A line, or a block with what stands in it. The root is a block without a key.
struct Item {
  std::string key;
  std::vector<ItemValue> values;
  std::vector<Item> children;
  std::string file; // empty: it stands in none
  int line = 0;     // from 1
};

} // namespace mortise::collectd
