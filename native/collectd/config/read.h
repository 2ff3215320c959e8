// A collectd.conf from the disk, with the files that it includes.
#pragma once

#include "collectd/config/item.h"
#include "engines/problems.h"

#include <string>
#include <vector>

namespace mortise::collectd {

constexpr int max_includes = 8;     // files that include one another
constexpr size_t max_paths = 10000; // files and directories that are looked at

// Each `Include` at the top of a file is replaced by what it names: a file; a directory, of which all files count, also
// below it, in the order of their names, unless a name begins with a dot; or a pattern of either. In an Include block
// `Filter` is a pattern for the files' names. Relative paths count from the directory of the file that names them.
// What can't be read is a problem, and the rest is read nevertheless.
Item read(const std::string &path, std::vector<Problem> &problems);

// Keys are compared without regard to case, as collectd compares them.
bool same_key(const std::string &one, const std::string &other);

} // namespace mortise::collectd
