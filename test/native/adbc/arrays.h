// Random schemas and arrays of every layout, in memory that ends where a page does: one byte too many can't be read.
#pragma once

#include "check.h"
#include "engines/arrow/field.h"

#include <algorithm>
#include <memory>
#include <string>
#include <sys/mman.h>
#include <vector>

namespace test {

using namespace mortise::arrow;

// Memory with nothing behind it.
class Walled {
public:
  explicit Walled(size_t size) {
    const size_t pages = (size + page - 1) / page * page;
    all_ = pages + wall;
    base_ = static_cast<uint8_t *>(mmap(nullptr, all_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    CHECK(base_ != MAP_FAILED && mprotect(base_, pages, PROT_READ | PROT_WRITE) == 0);
    start = base_ + (pages - size);
  }
  Walled(const Walled &) = delete;
  ~Walled() { munmap(base_, all_); }
  uint8_t *start;

private:
  // Thicker than what damaged sizes lead to, or they would lead into memory that is there.
  static constexpr size_t page = 4096, wall = 16 << 20;
  uint8_t *base_;
  size_t all_;
};

class Arrays {
public:
  explicit Arrays(Numbers &numbers) : numbers_(numbers) {}

  // Places of all that was made, which a test damages.
  std::vector<CArray *> arrays;
  struct Buffer {
    uint8_t *start;
    size_t size;
  };
  std::vector<Buffer> buffers; // that are offsets, codes, indices, views or ends

  Field rows(size_t columns) {
    Field field;
    field.format = "+s";
    for (size_t i = 0; i < columns; i++)
      field.children.push_back(any(0));
    CHECK(check_field(field).empty());
    return field;
  }

  CArray *make(const Field &field, int64_t length, bool is_batch = false) {
    const int64_t offset = is_batch ? 0 : static_cast<int64_t>(numbers_.below(11));
    const int64_t all = offset + length;
    CArray *array = reinterpret_cast<CArray *>(memory(sizeof(CArray)));
    *array = {};
    array->length = length;
    array->offset = offset;
    array->release = [](CArray *self) { self->release = nullptr; };
    std::vector<const void *> lists;
    std::vector<CArray *> below;
    const Layout layout = field.type.layout;
    const bool has_bitmap = layout != Layout::none && layout != Layout::run_ends &&
                            layout != Layout::dense_union && layout != Layout::sparse_union;
    if (has_bitmap) lists.push_back(is_batch ? nullptr : bitmap(*array));
    fill(field, all, lists, below);
    array->n_buffers = static_cast<int64_t>(lists.size());
    array->buffers = reinterpret_cast<const void **>(put(lists.data(), lists.size() * sizeof(void *)));
    array->n_children = static_cast<int64_t>(below.size());
    array->children = reinterpret_cast<CArray **>(put(below.data(), below.size() * sizeof(void *)));
    if (field.dictionary) array->dictionary = make(*field.dictionary, 5);
    if (layout == Layout::none) array->null_count = length;
    arrays.push_back(array);
    return array;
  }

private:
  uint8_t *memory(size_t size) {
    memory_.push_back(std::make_unique<Walled>(size));
    return memory_.back()->start;
  }
  uint8_t *put(const void *bytes, size_t size) {
    uint8_t *at = memory(size);
    if (size > 0) memcpy(at, bytes, size);
    return at;
  }
  template <typename T> uint8_t *put(const std::vector<T> &values, bool guides = true) {
    uint8_t *at = put(values.data(), values.size() * sizeof(T));
    if (guides) buffers.push_back({at, values.size() * sizeof(T)});
    return at;
  }
  uint8_t *noise(int64_t size) {
    std::vector<uint8_t> bytes(static_cast<size_t>(size));
    for (uint8_t &byte : bytes)
      byte = static_cast<uint8_t>(numbers_.below(256));
    return put(bytes, false);
  }

  uint8_t *bitmap(CArray &array) {
    const int64_t all = array.offset + array.length;
    if (numbers_.below(3) == 0) return nullptr;
    uint8_t *bits = noise((all + 7) / 8);
    int64_t nulls = 0;
    for (int64_t i = array.offset; i < all; i++)
      nulls += !(bits[i / 8] >> (i % 8) & 1);
    array.null_count = numbers_.below(2) ? nulls : -1;
    return bits;
  }

  // Offsets of so many values, and how much they span.
  template <typename Offset> int64_t offsets(int64_t all, std::vector<const void *> &lists) {
    std::vector<Offset> values = {static_cast<Offset>(numbers_.below(4))};
    for (int64_t i = 0; i < all; i++)
      values.push_back(values.back() + static_cast<Offset>(numbers_.below(4)));
    lists.push_back(put(values));
    return static_cast<int64_t>(values.back());
  }

  template <typename Offset> void ranges(int64_t all, std::vector<const void *> &lists) {
    std::vector<Offset> starts, sizes;
    for (int64_t i = 0; i < all; i++) {
      starts.push_back(static_cast<Offset>(numbers_.below(8)));
      sizes.push_back(static_cast<Offset>(numbers_.below(4)));
    }
    lists.push_back(put(starts));
    lists.push_back(put(sizes));
  }

  void views(int64_t all, std::vector<const void *> &lists) {
    uint8_t *data = noise(100);
    std::vector<uint8_t> values;
    for (int64_t i = 0; i < all; i++) {
      const int32_t size = static_cast<int32_t>(numbers_.below(30));
      int32_t words[4] = {size, 0, 0, 0};
      if (size > 12) {
        words[3] = static_cast<int32_t>(numbers_.below(70));
        memcpy(&words[1], data + words[3], 4);
      }
      values.insert(values.end(), reinterpret_cast<uint8_t *>(words), reinterpret_cast<uint8_t *>(words + 4));
    }
    lists.push_back(put(values));
    lists.push_back(data);
    lists.push_back(put(std::vector<int64_t>{100}));
  }

  template <typename End> int64_t ends(int64_t all, CArray *array) {
    std::vector<End> values;
    for (int64_t end = 0; end < all;)
      values.push_back(static_cast<End>(end += 1 + static_cast<int64_t>(numbers_.below(4))));
    *array = {};
    array->length = static_cast<int64_t>(values.size());
    array->n_buffers = 2;
    const void *lists[2] = {nullptr, put(values)};
    array->buffers = reinterpret_cast<const void **>(put(lists, sizeof lists));
    array->release = [](CArray *self) { self->release = nullptr; };
    arrays.push_back(array);
    return array->length;
  }

  void fill(const Field &field, int64_t all, std::vector<const void *> &lists, std::vector<CArray *> &below) {
    const Format &type = field.type;
    switch (type.layout) {
    case Layout::none:
      return;
    case Layout::bits:
      lists.push_back(noise((all + 7) / 8));
      return;
    case Layout::fixed:
      lists.push_back(field.dictionary ? indices(all, type.width) : noise(all * type.width));
      return;
    case Layout::binary: {
      const int64_t size = type.width == 4 ? offsets<int32_t>(all, lists) : offsets<int64_t>(all, lists);
      lists.push_back(noise(size));
      return;
    }
    case Layout::view:
      return views(all, lists);
    case Layout::list: {
      const int64_t size = type.width == 4 ? offsets<int32_t>(all, lists) : offsets<int64_t>(all, lists);
      below.push_back(make(field.children[0], size));
      return;
    }
    case Layout::list_view:
      type.width == 4 ? ranges<int32_t>(all, lists) : ranges<int64_t>(all, lists);
      below.push_back(make(field.children[0], 12));
      return;
    case Layout::fixed_list:
      below.push_back(make(field.children[0], all * type.width));
      return;
    case Layout::record:
      for (const Field &child : field.children)
        below.push_back(make(child, all));
      return;
    case Layout::sparse_union:
    case Layout::dense_union:
      return fill_union(field, all, lists, below);
    case Layout::run_ends: {
      CArray *array = reinterpret_cast<CArray *>(memory(sizeof(CArray)));
      const int64_t width = field.children[0].type.width;
      const int64_t runs = width == 2   ? ends<int16_t>(all, array)
                           : width == 4 ? ends<int32_t>(all, array)
                                        : ends<int64_t>(all, array);
      below.push_back(array);
      below.push_back(make(field.children[1], runs));
    }
    }
  }

  void fill_union(const Field &field, int64_t all, std::vector<const void *> &lists,
                  std::vector<CArray *> &below) {
    std::vector<int8_t> codes;
    std::vector<int32_t> offsets;
    for (int64_t i = 0; i < all; i++) {
      codes.push_back(field.type.codes[numbers_.below(field.type.codes.size())]);
      offsets.push_back(static_cast<int32_t>(numbers_.below(6)));
    }
    lists.push_back(put(codes));
    const bool is_dense = field.type.layout == Layout::dense_union;
    if (is_dense) lists.push_back(put(offsets));
    for (const Field &child : field.children)
      below.push_back(make(child, is_dense ? 6 : all));
  }

  uint8_t *indices(int64_t all, int64_t width) {
    std::vector<uint8_t> bytes(static_cast<size_t>(all * width));
    for (int64_t i = 0; i < all; i++)
      bytes[static_cast<size_t>(i * width)] = static_cast<uint8_t>(numbers_.below(5));
    return put(bytes);
  }

  Field of(const std::string &format, std::vector<Field> children = {}) {
    Field field;
    field.name = "f" + std::to_string(numbers_.below(100));
    field.format = format;
    field.children = std::move(children);
    return field;
  }

  std::vector<Field> one(Field field) {
    std::vector<Field> fields;
    fields.push_back(std::move(field));
    return fields;
  }
  std::vector<Field> two(Field first, Field second) {
    std::vector<Field> fields = one(std::move(first));
    fields.push_back(std::move(second));
    return fields;
  }

  Field any(int depth) {
    static const char *const flat[] = {"n",   "b",   "c",       "S",          "i",   "l",   "g",
                                       "u",   "Z",   "vu",      "z",          "tdD", "w:5", "d:9,2",
                                       "tin", "w:0", "tsn:UTC", "d:40,3,256", "vz",  "U"};
    const uint64_t kind = numbers_.below(depth < 3 ? 32 : 20);
    if (kind < 20) return of(flat[kind]);
    const auto child = [&] { return any(depth + 1); };
    switch (kind) {
    case 20:
      return of("+l", one(child()));
    case 21:
      return of("+L", one(child()));
    case 22:
      return of("+vl", one(child()));
    case 23:
      return of("+vL", one(child()));
    case 24:
      return of("+w:" + std::to_string(numbers_.below(4)), one(child()));
    case 25:
      return of("+s", two(child(), child()));
    case 26:
      return of("+m", one(of("+s", two(of("u"), child()))));
    case 27:
      return of("+us:3,7", two(child(), child()));
    case 28:
      return of("+ud:0,1", two(child(), child()));
    case 29:
      return of("+r", two(of(numbers_.below(2) ? "i" : "s"), child()));
    case 30:
      return of("+r", two(of("l"), child()));
    default: {
      static const char *const integers[] = {"c", "C", "s", "S", "i", "I", "l", "L"};
      Field field = of(integers[numbers_.below(8)]);
      field.dictionary = std::make_unique<Field>(child());
      return field;
    }
    }
  }

  Numbers &numbers_;
  std::vector<std::unique_ptr<Walled>> memory_;
};

} // namespace test
