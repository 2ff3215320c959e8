// A plugin's configuration as the tree that include/mortise/config.h shows it, and what was asked of it.
#pragma once

#include <mortise/mortise.h>

#include <deque>
#include <mutex>
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
  void refuse(const std::string &path, const std::string &rule);

  struct Refusal {
    std::string path, rule;
  };
  std::vector<Refusal> refusals();
  // Paths of the leaves that nobody asked for, in the order of the file.
  std::vector<std::string> unused();

private:
  struct Leaf {
    const mortise_value *value;
    std::string path;
    bool asked;
  };

  void build(const ConfigNode &node, mortise_value &value, const std::string &path);
  mortise_text keep(const std::string &text);

  std::mutex mutex_;
  mortise_value root_{};
  // Deques: what the tree points at must stay where it is while more is added.
  std::deque<std::string> texts_;
  std::deque<std::vector<mortise_value>> lists_;
  std::deque<std::vector<mortise_member>> tables_;
  std::vector<Leaf> leaves_;
  // The leaves below each value lie side by side: [first, last).
  std::unordered_map<const mortise_value *, std::pair<size_t, size_t>> spans_;
  std::vector<Refusal> refusals_;
};

} // namespace mortise
