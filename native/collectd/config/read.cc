#include "collectd/config/read.h"

#include "collectd/config/parser.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#ifndef _WIN32
#include <fnmatch.h>
#include <glob.h>
#endif

namespace mortise::collectd {
namespace {

namespace fs = std::filesystem;

constexpr const char *include_error = "MORTISE_ERR_COLLECTD_INCLUDE";

#ifdef _WIN32
// collectd's plugins don't run there: its patterns are only compared as they stand.
bool matches(const std::string &pattern, const std::string &name) {
  return pattern == name;
}
std::vector<std::string> matching(const std::string &) {
  return {};
}
#else
bool matches(const std::string &pattern, const std::string &name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

// Sorted. None when nothing matches, or a directory can't be read.
std::vector<std::string> matching(const std::string &pattern) {
#ifdef GLOB_TILDE
  constexpr int flags = GLOB_TILDE;
#else
  constexpr int flags = 0;
#endif
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), flags, nullptr, &found) == 0)
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}
#endif

bool is_pattern(const std::string &path) {
  return path.find_first_of("*?[") != std::string::npos;
}

class Reader {
public:
  explicit Reader(std::vector<Problem> &problems) : problems_(problems) {}

  void file(const std::string &path, int depth, std::vector<Item> &items) {
    if (!count(path)) return;
    Item root;
    Problem problem;
    if (!parse_file(path, root, problem)) {
      problems_.push_back(std::move(problem));
      return;
    }
    for (Item &item : root.children) {
      if (same_key(item.key, "Include"))
        include(item, depth + 1, items);
      else
        items.push_back(std::move(item));
    }
  }

private:
  void fail(const Item &include, std::string message, std::string expected, std::string found) {
    problems_.push_back(Problem(include_error, std::move(message))
                            .in(place(include.file, include.line))
                            .expects(std::move(expected))
                            .got(std::move(found))
                            .fix("Correct the line, or remove it."));
  }

  // False when too many were looked at already; it is said once.
  bool count(const std::string &path) {
    if (paths_ < max_paths) {
      paths_++;
      return true;
    }
    if (std::exchange(is_full_, true)) return false;
    problems_.push_back(
        Problem(include_error, "more files and directories are included than any configuration has")
            .in(path)
            .expects("at most " + std::to_string(max_paths))
            .got("more")
            .fix("Name the files that are meant, instead of a directory above them."));
    return false;
  }

  void include(const Item &item, int depth, std::vector<Item> &items) {
    const std::string *path = item.values.size() == 1 ? std::get_if<std::string>(&item.values[0]) : nullptr;
    if (!path || path->empty())
      return fail(item, "Include needs one path", "Include \"/path\"",
                  std::to_string(item.values.size()) + " values");
    if (depth >= max_includes)
      return fail(item, "files include one another too deep", "at most " + std::to_string(max_includes),
                  *path);
    std::string filter;
    for (const Item &option : item.children) {
      const std::string *text =
          option.values.size() == 1 ? std::get_if<std::string>(&option.values[0]) : nullptr;
      if (!same_key(option.key, "Filter") || !text)
        return fail(option, option.key + " is not an option of an Include block", "Filter \"*.conf\"",
                    option.key);
      filter = *text;
    }
    const bool is_home = (*path)[0] == '~';
    const std::string full = is_home ? *path : (fs::path(item.file).parent_path() / *path).string();
    std::vector<std::string> paths = matching(full);
    if (paths.empty() && !is_pattern(*path)) paths.push_back(full);
    for (const std::string &one : paths)
      take(item, one, filter, depth, items, 0);
  }

  void take(const Item &item, const std::string &path, const std::string &filter, int depth,
            std::vector<Item> &items, int below) {
    constexpr int max_below = 16; // also where directories are links to one another
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
      return fail(item, "there is no " + path, "a file, or a directory of files", "nothing");
    if (!fs::is_directory(status)) {
      if (filter.empty() || matches(filter, fs::path(path).filename().string())) file(path, depth, items);
      return;
    }
    if (below == max_below) return fail(item, "directories are nested too deep", "at most 16", path);
    std::vector<std::string> names;
    fs::directory_iterator entry(path, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      if (!count(path)) return;
      const std::string name = entry->path().filename().string();
      if (name[0] != '.') names.push_back(name);
    }
    if (error)
      return fail(item, path + " cannot be read: " + error.message(), "a directory that can be read", path);
    std::sort(names.begin(), names.end());
    for (const std::string &name : names)
      take(item, path + "/" + name, filter, depth, items, below + 1);
  }

  std::vector<Problem> &problems_;
  size_t paths_ = 0;
  bool is_full_ = false;
};

} // namespace

bool same_key(const std::string &one, const std::string &other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

Item read(const std::string &path, std::vector<Problem> &problems) {
  Item root;
  root.file = path;
  Reader(problems).file(path, 0, root.children);
  return root;
}

} // namespace mortise::collectd
