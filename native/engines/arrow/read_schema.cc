#include "engines/arrow/field.h"
#include "engines/c_text.h"
#include "engines/readable.h"

#include <cstring>

namespace mortise::arrow {
namespace {

constexpr size_t max_text = 1 << 20, max_metadata = 16 << 20, max_pairs = 10'000;

// Reads numbers and texts one after the other.
class Metadata {
public:
  explicit Metadata(const char *at) : at_(at) {}
  bool number(int32_t &number) {
    if (!is_readable(at_, sizeof number)) return false;
    memcpy(&number, at_, sizeof number);
    at_ += sizeof number;
    return number >= 0;
  }
  bool text(std::string &text) {
    int32_t size = 0;
    if (!number(size)) return false;
    const size_t bytes = static_cast<size_t>(size);
    if (bytes > max_metadata - read_ || !is_readable(at_, bytes)) return false;
    text.assign(at_, bytes);
    at_ += bytes;
    read_ += bytes;
    return true;
  }

private:
  const char *at_;
  size_t read_ = 0;
};

bool read_metadata(const char *metadata, std::vector<std::pair<std::string, std::string>> &pairs) {
  if (!metadata) return true;
  Metadata rest(metadata);
  int32_t count = 0;
  if (!rest.number(count) || static_cast<size_t>(count) > max_pairs) return false;
  for (int32_t i = 0; i < count; i++) {
    std::string key, value;
    if (!rest.text(key) || !rest.text(value)) return false;
    pairs.emplace_back(std::move(key), std::move(value));
  }
  return true;
}

std::string read(const CSchema *schema, size_t depth, size_t &count, Field &field) {
  if (depth > max_depth) return "a schema nested deeper than " + std::to_string(max_depth);
  if (++count > max_fields) return "a schema of more than " + std::to_string(max_fields) + " fields";
  if (!is_readable(schema, sizeof *schema)) return "a field whose memory can't be read";
  if (!schema->release) return "a field that was released";
  if (!schema->format || !read_c_text(schema->format, max_text, field.format))
    return "a field without a readable format";
  if (!read_c_text(schema->name, max_text, field.name)) return "a field without a readable name";
  if (!read_metadata(schema->metadata, field.metadata))
    return "a field whose metadata can't be read: \"" + field.name + "\"";
  field.flags = schema->flags;
  const int64_t children = schema->n_children;
  if (children < 0 || static_cast<uint64_t>(children) > max_fields)
    return "a field with " + std::to_string(children) + " children: \"" + field.name + "\"";
  const size_t size = static_cast<size_t>(children);
  if (size > 0 && !is_readable(schema->children, size * sizeof *schema->children))
    return "a field whose children can't be read: \"" + field.name + "\"";
  field.children.resize(size);
  for (size_t i = 0; i < size; i++) {
    std::string problem = read(schema->children[i], depth + 1, count, field.children[i]);
    if (!problem.empty()) return problem;
  }
  if (!schema->dictionary) return "";
  field.dictionary = std::make_unique<Field>();
  return read(schema->dictionary, depth + 1, count, *field.dictionary);
}

std::string named(const Field &field) {
  return "\"" + field.name.substr(0, 100) + "\" (" + field.format.substr(0, 100) + ")";
}

bool is_run_end(const Field &field) {
  return field.type.is_signed && field.type.width > 1 && !field.dictionary;
}

std::string check(Field &field, size_t depth, size_t &count) {
  if (depth > max_depth) return "a schema nested deeper than " + std::to_string(max_depth);
  if (++count > max_fields) return "a schema of more than " + std::to_string(max_fields) + " fields";
  if (!parse_format(field.format, field.type)) return "a field of no type that Arrow has: " + named(field);
  const int64_t children = field.type.children();
  if (children >= 0 && field.children.size() != static_cast<size_t>(children))
    return "a field with " + std::to_string(field.children.size()) + " children instead of " +
           std::to_string(children) + ": " + named(field);
  for (Field &child : field.children) {
    std::string problem = check(child, depth + 1, count);
    if (!problem.empty()) return problem;
  }
  if (field.type.is_map) {
    const Field &entry = field.children[0];
    if (entry.type.layout != Layout::record || entry.children.size() != 2)
      return "a map whose entries aren't of a key and a value: " + named(field);
  }
  if (field.type.layout == Layout::run_ends && !is_run_end(field.children[0]))
    return "runs whose ends aren't integers of 16, 32 or 64 bits: " + named(field);
  if (!field.dictionary) return "";
  if (!field.type.is_integer) return "a dictionary without integers as indices: " + named(field);
  return check(*field.dictionary, depth + 1, count);
}

} // namespace

std::string check_field(Field &field) {
  size_t count = 0;
  return check(field, 0, count);
}

bool is_same(const Field &one, const Field &other) {
  if (one.name != other.name || one.format != other.format || one.flags != other.flags ||
      one.metadata != other.metadata || one.children.size() != other.children.size() ||
      !one.dictionary != !other.dictionary)
    return false;
  for (size_t i = 0; i < one.children.size(); i++)
    if (!is_same(one.children[i], other.children[i])) return false;
  return !one.dictionary || is_same(*one.dictionary, *other.dictionary);
}

std::string read_schema(const CSchema &schema, Field &field) {
  const ReadableOnce readable;
  size_t count = 0;
  std::string problem = read(&schema, 0, count, field);
  return problem.empty() ? check_field(field) : problem;
}

} // namespace mortise::arrow
