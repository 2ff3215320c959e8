// A schema that was checked.
#pragma once

#include "engines/arrow/c_data.h"
#include "engines/arrow/format.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mortise::arrow {

struct Field {
  std::string name;
  std::string format; // of indices, when there is a dictionary
  Format type;
  int64_t flags = 0;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<Field> children;
  std::unique_ptr<Field> dictionary;
};

constexpr size_t max_depth = 64, max_fields = 100'000;

// Fills in `type` of all, and looks whether the tree is one that Arrow's specification allows. Empty, or what is wrong.
std::string check_field(Field &field);

// Reads what a driver has given, without trusting it. Empty, or what is wrong.
std::string read_schema(const CSchema &schema, Field &field);

// Whether both say the same of everything.
bool is_same(const Field &one, const Field &other);

// The same for C, in memory of its own.
Owned<CSchema> to_c(const Field &field);

} // namespace mortise::arrow
