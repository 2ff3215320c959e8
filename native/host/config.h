// A plugin's configuration as the tree that include/mortise/config.h shows it, and what was asked of it.
#pragma once

#include <mortise/mortise.h>

#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace mortise {

// A value while it is being put together; Config turns it into the C form once.
struct ConfigNode {
  int32_t type = MORTISE_VALUE_TABLE;
  int32_t boolean = 0;
  int64_t integer = 0;
  double number = 0;
  std::string text;
  std::vector<std::pair<std::string, ConfigNode>> children; // a list's items have empty keys
};

class Config {
public:
  explicit Config(const ConfigNode &root);
  Config(const Config &) = delete;
  Config &operator=(const Config &) = delete;

  // Any thread. Marks the value, and all inside it, as asked for.
  const mortise_value *find(mortise_text path);
  // The same from a value of this tree, null for the whole. A table that is asked so by key is no longer asked for as a
  // whole: the keys in it that nobody names are unused. The empty path asks for all inside.
  const mortise_value *find_in(const mortise_value *from, mortise_text path);
  // Empty for the whole and for what is no value of this tree.
  std::string path_of(const mortise_value *value);
  void refuse(const std::string &path, const std::string &rule);

  struct Refusal {
    std::string path, rule;
  };
  std::vector<Refusal> refusals();
  // Paths of the leaves that nobody asked for, in the order of the file.
  std::vector<std::string> unused();
  // Paths that were asked for, found or not, each once; at most a thousand.
  std::vector<std::string> asked();

private:
  // How deep in the tree a value is that was asked for; -1: none was.
  struct Leaf {
    std::string path;
    int64_t asked = -1;
    // The deepest table around it that was asked for by key.
    int64_t keyed = -1;
  };
  struct Place {
    size_t first, last; // its leaves
    int64_t depth;
    std::string path;
  };

  const mortise_value *walk(const mortise_value *from, mortise_text path, bool by_key);

  void build(const ConfigNode &node, mortise_value &value, const std::string &path, int64_t depth);
  void note(const std::string &path);
  mortise_text keep(const std::string &text);

  std::mutex mutex_;
  mortise_value root_{};
  // Deques: what the tree points at must stay where it is while more is added.
  std::deque<std::string> texts_;
  std::deque<std::vector<mortise_value>> lists_;
  std::deque<std::vector<mortise_member>> tables_;
  std::vector<Leaf> leaves_;
  // The leaves below each value lie side by side: [first, last).
  std::unordered_map<const mortise_value *, Place> places_;
  std::set<std::string> asked_;
  std::vector<Refusal> refusals_;
};

} // namespace mortise
