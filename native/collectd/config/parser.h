// collectd.conf as text, made into a tree.
#pragma once

#include "collectd/config/item.h"
#include "engines/problems.h"

#include <string>
#include <string_view>

namespace mortise::collectd {

constexpr size_t max_file = 4 << 20; // bytes of one file
constexpr size_t max_items = 100000; // lines and blocks of one file
constexpr size_t max_blocks = 24;    // within one another

// Adds to `root.children` what the text says; `Include` is a line as any other. A block that has neither values nor
// lines is left out, as with collectd. False when it isn't valid: `problem` says where, what is expected and what is
// found there, and the root is as it was.
bool parse(std::string_view text, const std::string &file, Item &root, Problem &problem);

// The same with what the file holds.
bool parse_file(const std::string &path, Item &root, Problem &problem);

// "line 7 of /etc/collectd/collectd.conf"
std::string place(const std::string &file, int line);

// The same for what stands in a file; else the key of mortise.toml that became the item: "config.Port", or what stands
// for the file of an item without a line.
std::string place(const Item &item);

} // namespace mortise::collectd
