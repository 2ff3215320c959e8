// Arrays of every layout are copied into a block that says the same; damaged ones are refused, or say something that
// lies within what was handed over.
#include "arrays.h"
#include "engines/arrow/block.h"
#include "engines/arrow/make.h"

#include <cstdio>

using namespace test;

namespace {

template <typename T> T at(const void *bytes, int64_t index) {
  T value;
  memcpy(&value, static_cast<const uint8_t *>(bytes) + index * static_cast<int64_t>(sizeof(T)), sizeof value);
  return value;
}

std::string hex(const void *bytes, int64_t start, int64_t size) {
  std::string text;
  for (int64_t i = start; i < start + size; i++) {
    char two[3];
    snprintf(two, sizeof two, "%02x", static_cast<const uint8_t *>(bytes)[i]);
    text += two;
  }
  return text;
}

int64_t index_at(const Format &type, const void *values, int64_t i) {
  switch (type.width) {
  case 1:
    return type.is_signed ? at<int8_t>(values, i) : at<uint8_t>(values, i);
  case 2:
    return type.is_signed ? at<int16_t>(values, i) : at<uint16_t>(values, i);
  case 4:
    return type.is_signed ? at<int32_t>(values, i) : static_cast<int64_t>(at<uint32_t>(values, i));
  default:
    return at<int64_t>(values, i);
  }
}

// What value `i` is, as text; straight from Arrow's specification.
std::string value(const Field &field, const CArray &array, int64_t i) {
  const int64_t p = array.offset + i;
  const Format &type = field.type;
  const auto wide = [&](int64_t buffer, int64_t index) {
    return type.width == 4 ? at<int32_t>(array.buffers[buffer], index)
                           : at<int64_t>(array.buffers[buffer], index);
  };
  const auto list = [&](int64_t start, int64_t count) {
    std::string text = "[";
    for (int64_t k = 0; k < count; k++)
      text += value(field.children[0], *array.children[0], start + k) + ",";
    return text + "]";
  };
  const auto is_bitmap = type.layout != Layout::none && type.layout != Layout::run_ends &&
                         type.layout != Layout::dense_union && type.layout != Layout::sparse_union;
  if (is_bitmap && array.buffers[0] && !(at<uint8_t>(array.buffers[0], p / 8) >> (p % 8) & 1)) return "null";
  switch (type.layout) {
  case Layout::none:
    return "null";
  case Layout::bits:
    return std::to_string(at<uint8_t>(array.buffers[1], p / 8) >> (p % 8) & 1);
  case Layout::fixed:
    if (field.dictionary)
      return value(*field.dictionary, *array.dictionary, index_at(type, array.buffers[1], p));
    return hex(array.buffers[1], p * type.width, type.width);
  case Layout::binary:
    return hex(array.buffers[2], wide(1, p), wide(1, p + 1) - wide(1, p));
  case Layout::view: {
    const int32_t size = at<int32_t>(array.buffers[1], p * 4);
    if (size <= 12) return hex(array.buffers[1], p * 16 + 4, size);
    return hex(array.buffers[2 + at<int32_t>(array.buffers[1], p * 4 + 2)],
               at<int32_t>(array.buffers[1], p * 4 + 3), size);
  }
  case Layout::list:
    return list(wide(1, p), wide(1, p + 1) - wide(1, p));
  case Layout::list_view:
    return list(wide(1, p), wide(2, p));
  case Layout::fixed_list:
    return list(p * type.width, type.width);
  case Layout::record: {
    std::string text = "{";
    for (size_t k = 0; k < field.children.size(); k++)
      text += value(field.children[k], *array.children[k], p) + ",";
    return text + "}";
  }
  case Layout::sparse_union:
  case Layout::dense_union: {
    const int8_t code = at<int8_t>(array.buffers[0], p);
    const size_t k =
        static_cast<size_t>(std::find(type.codes.begin(), type.codes.end(), code) - type.codes.begin());
    const int64_t inside = type.layout == Layout::dense_union ? at<int32_t>(array.buffers[1], p) : p;
    return std::to_string(code) + ":" + value(field.children[k], *array.children[k], inside);
  }
  case Layout::run_ends: {
    const CArray &runs = *array.children[0];
    int64_t k = 0;
    while (index_at(field.children[0].type, runs.buffers[1], runs.offset + k) <= p)
      k++;
    return value(field.children[1], *array.children[1], k);
  }
  }
  return "";
}

std::vector<std::string> values(const Field &field, const CArray &array) {
  std::vector<std::string> all;
  for (int64_t i = 0; i < array.length; i++)
    all.push_back(value(field, array, i));
  return all;
}

// A block as JavaScript would give it back.
std::vector<Owned<CArray>> again(const Field &field, const Block &block) {
  const auto memory = std::make_shared<std::vector<uint64_t>>(block.size() / 8 + 1);
  block.fill(reinterpret_cast<uint8_t *>(memory->data()));
  Packed packed;
  packed.bytes = std::shared_ptr<const uint8_t>(memory, reinterpret_cast<uint8_t *>(memory->data()));
  packed.size = block.size();
  packed.layout = block.layout();
  packed.batches = block.batches();
  std::vector<Owned<CArray>> batches;
  const std::string problem = unpack(field, packed, batches);
  if (!problem.empty()) fprintf(stderr, "%s\n", problem.c_str());
  CHECK(problem.empty());
  return batches;
}

Owned<CArray> owned(CArray *array) {
  Owned<CArray> batch;
  batch.c = *array;
  return batch;
}

void blocks_say_the_same() {
  Numbers numbers(20261128);
  size_t rows = 0;
  for (int round = 0; round < 400; round++) {
    Arrays arrays(numbers);
    const Field field = arrays.rows(1 + numbers.below(4));
    Block block;
    std::vector<std::vector<std::string>> expected;
    for (int batch = 0; batch < 3; batch++) {
      CArray *array = arrays.make(field, static_cast<int64_t>(numbers.below(40)), true);
      expected.push_back(values(field, *array));
      const std::string problem = block.add(field, owned(array), 1 << 20);
      if (!problem.empty()) fprintf(stderr, "%s\n", problem.c_str());
      CHECK(problem.empty());
    }
    const auto batches = again(field, block);
    CHECK(batches.size() == 3);
    for (size_t i = 0; i < 3; i++) {
      CHECK(values(field, batches[i].c) == expected[i]);
      rows += expected[i].size();
    }
  }
  CHECK(rows > 10'000);
}

const void *const wild = reinterpret_cast<const void *>(0x10);

int64_t bad(Numbers &numbers) {
  static const int64_t all[] = {-1, -2,      INT64_MIN,        INT64_MAX,        1,        0, 3,
                                17, 100'000, int64_t{1} << 40, int64_t{1} << 62, INT32_MAX};
  return all[numbers.below(sizeof all / sizeof *all)];
}

void damage(Numbers &numbers, Arrays &arrays) {
  CArray &array = *arrays.arrays[numbers.below(arrays.arrays.size())];
  switch (numbers.below(arrays.buffers.empty() ? 10 : 16)) {
  case 0:
    array.length = bad(numbers);
    return;
  case 1:
    array.offset = bad(numbers);
    return;
  case 2:
    array.null_count = bad(numbers);
    return;
  case 3:
    array.n_buffers = bad(numbers);
    return;
  case 4:
    array.n_children = bad(numbers);
    return;
  case 5:
    array.release = nullptr;
    return;
  case 6:
    if (array.n_buffers > 0)
      array.buffers[numbers.below(static_cast<uint64_t>(array.n_buffers))] =
          numbers.below(2) ? wild : nullptr;
    return;
  case 7:
    array.buffers =
        numbers.below(2) ? const_cast<const void **>(static_cast<const void *const *>(wild)) : nullptr;
    return;
  case 8:
    if (array.n_children > 0)
      array.children[numbers.below(static_cast<uint64_t>(array.n_children))] =
          numbers.below(2) ? static_cast<CArray *>(const_cast<void *>(wild)) : nullptr;
    return;
  case 9:
    array.dictionary = numbers.below(2) ? static_cast<CArray *>(const_cast<void *>(wild)) : nullptr;
    return;
  default: {
    const Arrays::Buffer &buffer = arrays.buffers[numbers.below(arrays.buffers.size())];
    if (buffer.size > 0) buffer.start[numbers.below(buffer.size)] = static_cast<uint8_t>(numbers.below(256));
  }
  }
}

void damage_is_refused() {
  Numbers numbers(12);
  int refused = 0, taken = 0;
  for (int round = 0; round < 2000; round++) {
    Arrays arrays(numbers);
    const Field field = arrays.rows(1 + numbers.below(3));
    CArray *batch = arrays.make(field, static_cast<int64_t>(1 + numbers.below(30)), true);
    damage(numbers, arrays);
    if (batch->release == nullptr || batch->length > 1000)
      continue; // the end of a stream; memory for results
    Block block;
    const std::string problem = block.add(field, owned(batch), 1 << 20);
    if (problem.empty()) {
      for (const auto &one : again(field, block))
        values(field, one.c);
      taken++;
    } else {
      CHECK(block.size() == 0 && block.batches() == 0 && block.layout().empty());
      refused++;
    }
  }
  CHECK(refused > 600 && taken > 300);
}

void sizes_are_bounded() {
  Numbers numbers(5);
  Arrays arrays(numbers);
  Field field;
  field.format = "+s";
  field.children.resize(1);
  field.children[0].format = "l";
  CHECK(check_field(field).empty());
  Block block;
  CHECK(block.add(field, owned(arrays.make(field, 100, true)), 100).find("more than 100 bytes") !=
        std::string::npos);
  CHECK(block.add(field, owned(arrays.make(field, 10, true)), 100).empty());
}

} // namespace

int main() {
  blocks_say_the_same();
  damage_is_refused();
  sizes_are_bounded();
  puts("ok");
}
