#include "engines/arrow/field.h"

namespace mortise::arrow {
namespace {

// What one CSchema points to. Children are released by the one above, through their own release.
struct Kept {
  std::string name, format, metadata;
  std::vector<Owned<CSchema>> children;
  std::vector<CSchema *> pointers;
  Owned<CSchema> dictionary;
};

void put(std::string &bytes, size_t number) {
  const int32_t word = static_cast<int32_t>(number);
  bytes.append(reinterpret_cast<const char *>(&word), sizeof word);
}

void put(std::string &bytes, const std::string &text) {
  put(bytes, text.size());
  bytes += text;
}

void release(CSchema *schema) {
  delete static_cast<Kept *>(schema->private_data);
  schema->release = nullptr;
}

} // namespace

Owned<CSchema> to_c(const Field &field) {
  auto kept = std::make_unique<Kept>();
  kept->name = field.name;
  kept->format = field.format;
  if (!field.metadata.empty()) {
    put(kept->metadata, field.metadata.size());
    for (const auto &[key, value] : field.metadata) {
      put(kept->metadata, key);
      put(kept->metadata, value);
    }
  }
  for (const Field &child : field.children)
    kept->children.push_back(to_c(child));
  for (Owned<CSchema> &child : kept->children)
    kept->pointers.push_back(&child.c);
  if (field.dictionary) kept->dictionary = to_c(*field.dictionary);

  Owned<CSchema> schema;
  schema.c.format = kept->format.c_str();
  schema.c.name = kept->name.c_str();
  schema.c.metadata = kept->metadata.empty() ? nullptr : kept->metadata.data();
  schema.c.flags = field.flags;
  schema.c.n_children = static_cast<int64_t>(kept->pointers.size());
  schema.c.children = kept->pointers.empty() ? nullptr : kept->pointers.data();
  schema.c.dictionary = kept->dictionary ? &kept->dictionary.c : nullptr;
  schema.c.release = release;
  schema.c.private_data = kept.release();
  return schema;
}

} // namespace mortise::arrow
