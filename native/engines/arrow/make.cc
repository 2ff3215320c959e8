#include "engines/arrow/make.h"

#include "engines/arrow/check.h"

namespace mortise::arrow {
namespace {

struct Kept {
  Parts parts;
  std::vector<CArray *> pointers;
};

void release(CArray *array) {
  delete static_cast<Kept *>(array->private_data);
  array->release = nullptr;
}

constexpr double max_word = 9007199254740991;

class Unpacking {
public:
  explicit Unpacking(const Packed &packed) : packed_(packed) {}

  std::string batch(const Field &schema, Owned<CArray> &batch) {
    Parts all;
    uint64_t rows = 0, start = 0, size = 0;
    if (!word(rows) || !word(start) || !word(size)) return "a layout that ends too early";
    all.length = static_cast<int64_t>(rows);
    all.buffers.push_back(nullptr);
    for (const Field &field : schema.children) {
      Owned<CArray> column;
      std::string problem = array(field, column);
      if (!problem.empty()) return problem;
      all.children.push_back(std::move(column));
    }
    batch = to_c(std::move(all));
    Block scratch;
    return Check(scratch, UINT64_MAX / 2, {packed_.bytes.get(), packed_.size}).batch(schema, batch.c);
  }

  bool ended() const { return at_ == packed_.layout.size(); }

private:
  bool word(uint64_t &number) {
    if (at_ == packed_.layout.size()) return false;
    const double value = packed_.layout[at_++];
    if (!(value >= 0) || value > max_word) return false;
    number = static_cast<uint64_t>(value);
    return static_cast<double>(number) == value;
  }

  std::string array(const Field &field, Owned<CArray> &into) {
    uint64_t length = 0, nulls = 0, count = 0;
    if (!word(length) || !word(nulls) || !word(count) || count > packed_.layout.size())
      return "a layout that ends too early";
    Parts parts;
    parts.memory = packed_.bytes;
    parts.length = static_cast<int64_t>(length);
    parts.nulls = static_cast<int64_t>(nulls);
    std::vector<int64_t> sizes;
    for (uint64_t i = 0; i < count; i++) {
      uint64_t offset = 0, size = 0;
      if (!word(offset) || !word(size)) return "a layout that ends too early";
      if (offset % 8 != 0 || offset > packed_.size || size > packed_.size - offset)
        return "a buffer that doesn't lie in its block, or not at a multiple of 8: \"" + field.name + "\"";
      parts.buffers.push_back(size > 0 ? packed_.bytes.get() + offset : nullptr);
      if (i >= 2) sizes.push_back(static_cast<int64_t>(size));
    }
    if (field.type.layout == Layout::view) {
      const auto kept = std::make_shared<std::vector<int64_t>>(std::move(sizes));
      parts.buffers.push_back(kept->data());
      parts.memory =
          std::make_shared<std::pair<std::shared_ptr<const uint8_t>, decltype(kept)>>(packed_.bytes, kept);
    }
    for (const Field &child : field.children) {
      Owned<CArray> made;
      std::string problem = array(child, made);
      if (!problem.empty()) return problem;
      parts.children.push_back(std::move(made));
    }
    if (field.dictionary) {
      std::string problem = array(*field.dictionary, parts.dictionary);
      if (!problem.empty()) return problem;
    }
    into = to_c(std::move(parts));
    return "";
  }

  const Packed &packed_;
  size_t at_ = 0;
};

} // namespace

Owned<CArray> to_c(Parts parts) {
  auto kept = std::make_unique<Kept>();
  kept->parts = std::move(parts);
  Parts &own = kept->parts;
  for (Owned<CArray> &child : own.children)
    kept->pointers.push_back(&child.c);
  Owned<CArray> array;
  array.c.length = own.length;
  array.c.null_count = own.nulls;
  array.c.n_buffers = static_cast<int64_t>(own.buffers.size());
  array.c.buffers = own.buffers.empty() ? nullptr : own.buffers.data();
  array.c.n_children = static_cast<int64_t>(kept->pointers.size());
  array.c.children = kept->pointers.empty() ? nullptr : kept->pointers.data();
  array.c.dictionary = own.dictionary ? &own.dictionary.c : nullptr;
  array.c.release = release;
  array.c.private_data = kept.release();
  return array;
}

std::string unpack(const Field &schema, const Packed &packed, std::vector<Owned<CArray>> &batches) {
  Unpacking rest(packed);
  for (size_t i = 0; i < packed.batches; i++) {
    Owned<CArray> batch;
    std::string problem = rest.batch(schema, batch);
    if (!problem.empty()) return problem;
    batches.push_back(std::move(batch));
  }
  return rest.ended() ? "" : "a layout that is longer than its batches";
}

} // namespace mortise::arrow
