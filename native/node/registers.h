// What C functions take and answer, between JavaScript's values and the registers that hold them.
#pragma once

#include "node/js.h"
#include "services/callbacks.h"

#include <vector>

#if MORTISE_GUARDED

namespace mortise {

// In the order of src/native/functions.ts.
enum class Type : uint32_t { none, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, address };

size_t size_of(Type type);

inline bool is_floating(Type type) {
  return type == Type::f32 || type == Type::f64;
}

constexpr size_t max_parameters = 12;

struct Signature {
  Type result = Type::none;
  struct Parameter {
    Type type;
    Place place;
  };
  std::vector<Parameter> parameters;
};

// From a type's number and a list of them. False when there are too many, or an exception is pending.
bool to_signature(napi_env env, napi_value result, napi_value parameters, Signature &signature);

// What JavaScript gave, as a register holds it. False, and an exception is pending, when it isn't of this type.
bool to_word(napi_env env, napi_value value, Type type, uint64_t &word);

// What C gave, as JavaScript gets it: a bigint where a number doesn't hold it. Null, and an exception is pending, when
// it can't be made.
napi_value from_word(napi_env env, uint64_t word, Type type);

} // namespace mortise

#endif
