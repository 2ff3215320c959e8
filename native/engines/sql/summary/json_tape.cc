#include "engines/sql/summary/json_tape.h"

namespace mortise::sql {
namespace {

bool is_blank(char letter) {
  return letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
}

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// Reads a text from front to end, and puts down what it finds.
class Reader {
public:
  Reader(std::string_view json, std::vector<JsonNode> &nodes) : json_(json), nodes_(nodes) {}

  bool read() {
    do {
      if (!value()) return false;
      // A value has ended, and perhaps what it is the last of.
      while (!open_.empty() && closes()) {
      }
      if (failed_) return false;
    } while (!open_.empty());
    blanks();
    return at_ == json_.size();
  }

private:
  char here() const { return at_ < json_.size() ? json_[at_] : '\0'; }

  void blanks() {
    while (at_ < json_.size() && is_blank(json_[at_]))
      ++at_;
  }

  bool take(char letter) {
    blanks();
    if (here() != letter) return false;
    ++at_;
    return true;
  }

  bool in_object() const { return nodes_[open_.back()].kind == JsonKind::object; }

  // Takes a closing bracket, or a comma and the key behind it. True: it closed, and there may be more to close.
  bool closes() {
    if (take(in_object() ? '}' : ']')) {
      nodes_[open_.back()].end = static_cast<uint32_t>(nodes_.size());
      open_.pop_back();
      return true;
    }
    failed_ = !take(',') || (in_object() && !member());
    return false;
  }

  bool member() {
    blanks();
    bool escaped = false;
    if (!string(escaped) || !take(':')) return false;
    key_ = key_of(json_.substr(start_, size_));
    key_at_ = start_;
    key_size_ = size_;
    return true;
  }

  bool value() {
    blanks();
    bool escaped = false;
    switch (here()) {
    case '{':
      return opens(JsonKind::object, '}');
    case '[':
      return opens(JsonKind::array, ']');
    case '"':
      return string(escaped) && scalar(JsonKind::string, escaped);
    case 't':
      return word("true") && scalar(JsonKind::truth);
    case 'f':
      return word("false") && scalar(JsonKind::falsehood);
    case 'n':
      return word("null") && scalar(JsonKind::null);
    default:
      return number() && scalar(JsonKind::number);
    }
  }

  // Down to the first value in it, unless it is empty.
  bool opens(JsonKind kind, char closing) {
    for (;;) {
      ++at_;
      const uint32_t node = static_cast<uint32_t>(nodes_.size());
      nodes_.push_back({key_, kind, false, node + 1, key_size_, json_.data() + key_at_});
      key_ = Key::none;
      key_at_ = key_size_ = 0;
      if (take(closing)) return true;
      open_.push_back(node);
      if (kind == JsonKind::object && !member()) return false;
      blanks();
      if (here() != '{' && here() != '[') return value_within();
      kind = here() == '{' ? JsonKind::object : JsonKind::array;
      closing = here() == '{' ? '}' : ']';
    }
  }

  // What isn't an object or array, so this goes no deeper.
  bool value_within() { return here() != '\0' && value(); }

  bool scalar(JsonKind kind, bool escaped = false) {
    if (is_known(key_)) {
      const uint32_t end = static_cast<uint32_t>(nodes_.size()) + 1;
      nodes_.push_back({key_, kind, escaped, end, size_, json_.data() + start_});
    }
    key_ = Key::none;
    key_at_ = key_size_ = 0;
    return true;
  }

  bool string(bool &escaped) {
    if (here() != '"') return false;
    const size_t start = ++at_;
    for (; at_ < json_.size() && json_[at_] != '"'; ++at_) {
      if (static_cast<uint8_t>(json_[at_]) < 0x20) return false;
      if (json_[at_] != '\\') continue;
      escaped = true;
      ++at_;
    }
    return at_ < json_.size() && found(start, at_++);
  }

  bool number() {
    const size_t start = at_;
    if (here() == '-') ++at_;
    if (!digits()) return false;
    if (here() == '.' && (++at_, !digits())) return false;
    if (here() == 'e' || here() == 'E') {
      ++at_;
      if (here() == '+' || here() == '-') ++at_;
      if (!digits()) return false;
    }
    return found(start, at_);
  }

  bool digits() {
    const size_t start = at_;
    while (is_digit(here()))
      ++at_;
    return at_ > start;
  }

  bool word(std::string_view word) {
    if (json_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return found(at_, at_);
  }

  bool found(size_t start, size_t end) {
    start_ = static_cast<uint32_t>(start);
    size_ = static_cast<uint32_t>(end - start);
    return true;
  }

  std::string_view json_;
  std::vector<JsonNode> &nodes_;
  std::vector<uint32_t> open_;
  size_t at_ = 0;
  bool failed_ = false;
  uint32_t start_ = 0, size_ = 0; // of the last string, number or word
  Key key_ = Key::none;           // of the value that is next
  uint32_t key_at_ = 0, key_size_ = 0;
};

} // namespace

bool JsonTape::read(std::string_view json) {
  nodes_.clear();
  // Nodes count in 32 bits.
  if (json.size() >= UINT32_MAX) return false;
  nodes_.reserve(json.size() / 16 + 8);
  nodes_.push_back({});
  return Reader(json, nodes_).read() && nodes_.size() > 1;
}

uint32_t JsonTape::count(uint32_t array) const {
  uint32_t count = 0;
  for (uint32_t node = first(array); node; node = next(node, array))
    ++count;
  return count;
}

bool JsonTape::natural(uint32_t node, uint32_t &number) const {
  if (!is(node, JsonKind::number)) return false;
  uint64_t sum = 0;
  for (const char letter : raw(node)) {
    if (!is_digit(letter)) return false;
    sum = sum * 10 + static_cast<uint64_t>(letter - '0');
    if (sum > INT32_MAX) return false;
  }
  number = static_cast<uint32_t>(sum);
  return true;
}

} // namespace mortise::sql
