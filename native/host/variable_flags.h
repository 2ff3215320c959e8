// What the `flags` of a system variable say, in MySQL as in MariaDB.
#pragma once

#include <cstdint>

namespace mortise {

enum VariableFlags : uint32_t {
  type_mask = 0x7f,
  type_boolean = 1,
  type_int = 2,
  type_long = 3,
  type_longlong = 4,
  type_text = 5,
  type_choice = 6,
  type_set = 7,
  type_double = 8,
  is_unsigned = 0x80,
  per_session = 0x100,
  read_only = 0x200,
};

} // namespace mortise
