#include "host/config.h"

#include "engines/text.h"

#include <algorithm>
#include <cstring>

namespace mortise {
namespace {

constexpr uint64_t max_path = 64 * 1024;
constexpr size_t max_asked = 1000;
constexpr size_t max_asked_path = 256;
// Deeper than any value.
constexpr int64_t whole = INT64_MAX;

// One step of a path: a key, or an index in brackets.
struct Step {
  const char *start;
  size_t size;
  bool index;
  bool quoted; // with a backslash before a quote and a backslash
};

// Takes the next step off `path`; false when it is not a path.
bool next_step(const char *&at, const char *end, bool first, Step &step) {
  if (*at == '[') {
    const char *close = static_cast<const char *>(memchr(at, ']', static_cast<size_t>(end - at)));
    if (!close || close == at + 1 || close - at > 10) return false;
    step = {at + 1, static_cast<size_t>(close - at - 1), true, false};
    at = close + 1;
    return true;
  }
  if (!first) {
    if (*at != '.') return false;
    at++;
  }
  if (at < end && *at == '"') {
    const char *start = ++at;
    while (at < end && *at != '"')
      at += *at == '\\' ? 2 : 1;
    if (at >= end) return false;
    step = {start, static_cast<size_t>(at - start), false, true};
    at++;
    return true;
  }
  const char *stop = at;
  while (stop < end && *stop != '.' && *stop != '[')
    stop++;
  step = {at, static_cast<size_t>(stop - at), false, false};
  at = stop;
  return step.size > 0;
}

bool is_key(mortise_text key, const Step &step) {
  if (!step.quoted) return key.size == step.size && memcmp(key.data, step.start, step.size) == 0;
  uint64_t matched = 0;
  for (size_t i = 0; i < step.size; i++, matched++) {
    if (step.start[i] == '\\') i++;
    if (matched == key.size || key.data[matched] != step.start[i]) return false;
  }
  return matched == key.size;
}

// As a path has it: in quotes when it would be taken for several steps.
std::string as_step(const std::string &key) {
  if (!key.empty() && key.find_first_of(".[]\"\\") == std::string::npos) return key;
  std::string quoted = "\"";
  for (const char letter : key) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + "\"";
}

std::string joined(const std::string &path, const std::string &rest) {
  if (path.empty() || rest.empty() || rest[0] == '[') return path + rest;
  return path + "." + rest;
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
    if (is_key(member.key, step)) return &member.value;
  }
  return nullptr;
}

} // namespace

Config::Config(const ConfigNode &root) {
  build(root, root_, "", 0);
}

mortise_text Config::keep(const std::string &text) {
  texts_.push_back(text);
  return {texts_.back().data(), texts_.back().size()};
}

void Config::build(const ConfigNode &node, mortise_value &value, const std::string &path, int64_t depth) {
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
      build(node.children[i].second, items[i], path + "[" + std::to_string(i) + "]", depth + 1);
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
      build(node.children[i].second, members[i].value, joined(path, as_step(key)), depth + 1);
    }
  }
  }
  if (node.children.empty() && depth > 0) leaves_.push_back({path});
  places_[&value] = {first, leaves_.size(), depth, path};
}

const mortise_value *Config::find(mortise_text path) {
  return walk(&root_, path, false);
}

const mortise_value *Config::find_in(const mortise_value *from, mortise_text path) {
  return walk(from ? from : &root_, path, true);
}

// An item of a list is asked for by key whoever walks there: lists are asked for as a whole, to know how long they are.
const mortise_value *Config::walk(const mortise_value *from, mortise_text path, bool by_key) {
  // No key of a configuration is as long, and a sum with a wrong size may wrap round.
  if (path.size > max_path || (!path.data && path.size > 0)) return nullptr;
  std::lock_guard<std::mutex> lock(mutex_);
  const auto start = places_.find(from);
  if (start == places_.end()) return nullptr;
  if (by_key && path.size > 0) note(joined(start->second.path, string_of(path)));
  if (!by_key) note(string_of(path));
  const mortise_value *value = from;
  std::vector<const mortise_value *> keyed;
  const char *at = path.data, *end = path.data + path.size;
  bool after_index = by_key;
  for (bool first = true; at < end && value; first = false) {
    Step step;
    if (!next_step(at, end, first, step)) return nullptr;
    if (!step.index && after_index) keyed.push_back(value);
    value = descend(value, step);
    after_index = by_key || step.index;
  }
  for (const mortise_value *table : keyed) {
    const Place &place = places_.at(table);
    for (size_t i = place.first; i < place.last; i++)
      leaves_[i].keyed = std::max(leaves_[i].keyed, place.depth);
  }
  if (!value) return nullptr;
  const Place &place = places_.at(value);
  const int64_t depth = path.size == 0 ? whole : place.depth;
  for (size_t i = place.first; i < place.last; i++)
    leaves_[i].asked = std::max(leaves_[i].asked, depth);
  return value;
}

void Config::note(const std::string &path) {
  if (path.size() <= max_asked_path && asked_.size() < max_asked) asked_.insert(path);
}

std::string Config::path_of(const mortise_value *value) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto place = places_.find(value);
  return place == places_.end() ? "" : place->second.path;
}

std::vector<std::string> Config::asked() {
  std::lock_guard<std::mutex> lock(mutex_);
  return {asked_.begin(), asked_.end()};
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
    if (leaf.asked <= leaf.keyed) paths.push_back(leaf.path);
  }
  return paths;
}

} // namespace mortise
