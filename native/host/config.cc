#include "host/config.h"

#include <cstring>

namespace mortise {
namespace {

constexpr uint64_t max_path = 64 * 1024;

// One step of a path: a key, or an index in brackets.
struct Step {
  const char *start;
  size_t size;
  bool index;
};

// Takes the next step off `path`; false when it is not a path.
bool next_step(const char *&at, const char *end, bool first, Step &step) {
  if (*at == '[') {
    const char *close = static_cast<const char *>(memchr(at, ']', static_cast<size_t>(end - at)));
    if (!close || close == at + 1 || close - at > 10) return false;
    step = {at + 1, static_cast<size_t>(close - at - 1), true};
    at = close + 1;
    return true;
  }
  if (!first) {
    if (*at != '.') return false;
    at++;
  }
  const char *stop = at;
  while (stop < end && *stop != '.' && *stop != '[')
    stop++;
  step = {at, static_cast<size_t>(stop - at), false};
  at = stop;
  return step.size > 0;
}

const mortise_value *descend(const mortise_value *value, const Step &step) {
  if (step.index) {
    if (value->type != MORTISE_VALUE_LIST) return nullptr;
    uint64_t index = 0;
    for (size_t i = 0; i < step.size; i++) {
      if (step.start[i] < '0' || step.start[i] > '9') return nullptr;
      index = index * 10 + static_cast<uint64_t>(step.start[i] - '0');
    }
    return index < value->count ? &value->as.items[index] : nullptr;
  }
  if (value->type != MORTISE_VALUE_TABLE) return nullptr;
  for (uint32_t i = 0; i < value->count; i++) {
    const mortise_member &member = value->as.members[i];
    if (member.key.size == step.size && memcmp(member.key.data, step.start, step.size) == 0)
      return &member.value;
  }
  return nullptr;
}

} // namespace

Config::Config(const ConfigNode &root) {
  build(root, root_, "");
}

mortise_text Config::keep(const std::string &text) {
  texts_.push_back(text);
  return {texts_.back().data(), texts_.back().size()};
}

void Config::build(const ConfigNode &node, mortise_value &value, const std::string &path) {
  const size_t first = leaves_.size();
  value.type = node.type;
  value.count = static_cast<uint32_t>(node.children.size());
  switch (node.type) {
  case MORTISE_VALUE_BOOLEAN:
    value.as.boolean = node.boolean;
    break;
  case MORTISE_VALUE_INTEGER:
    value.as.integer = node.integer;
    break;
  case MORTISE_VALUE_DOUBLE:
    value.as.number = node.number;
    break;
  case MORTISE_VALUE_TEXT:
    value.as.text = keep(node.text);
    break;
  case MORTISE_VALUE_LIST: {
    lists_.emplace_back(node.children.size());
    std::vector<mortise_value> &items = lists_.back();
    value.as.items = items.data();
    for (size_t i = 0; i < items.size(); i++) {
      build(node.children[i].second, items[i], path + "[" + std::to_string(i) + "]");
    }
    break;
  }
  default: {
    tables_.emplace_back(node.children.size());
    std::vector<mortise_member> &members = tables_.back();
    value.as.members = members.data();
    for (size_t i = 0; i < members.size(); i++) {
      const std::string &key = node.children[i].first;
      members[i].key = keep(key);
      build(node.children[i].second, members[i].value, path.empty() ? key : path + "." + key);
    }
  }
  }
  if (node.children.empty() && !path.empty()) leaves_.push_back({&value, path, false});
  spans_[&value] = {first, leaves_.size()};
}

const mortise_value *Config::find(mortise_text path) {
  // No key of a configuration is as long, and a sum with a wrong size may wrap round.
  if (path.size > max_path || (!path.data && path.size > 0)) return nullptr;
  const mortise_value *value = &root_;
  const char *at = path.data, *end = path.data + path.size;
  for (bool first = true; at < end && value; first = false) {
    Step step;
    if (!next_step(at, end, first, step)) return nullptr;
    value = descend(value, step);
  }
  if (value) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto span = spans_.at(value);
    for (size_t i = span.first; i < span.second; i++)
      leaves_[i].asked = true;
  }
  return value;
}

void Config::refuse(const std::string &path, const std::string &rule) {
  std::lock_guard<std::mutex> lock(mutex_);
  // A plugin that refuses in a loop must not grow the host without end.
  if (refusals_.size() < 100) refusals_.push_back({path.substr(0, 1024), rule.substr(0, 1024)});
}

std::vector<Config::Refusal> Config::refusals() {
  std::lock_guard<std::mutex> lock(mutex_);
  return refusals_;
}

std::vector<std::string> Config::unused() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> paths;
  for (const Leaf &leaf : leaves_) {
    if (!leaf.asked) paths.push_back(leaf.path);
  }
  return paths;
}

} // namespace mortise
