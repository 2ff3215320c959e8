// Memory of C for JavaScript: what functions of services in TypeScript are passed, and what they give back. Hot.
#include "node/bindings.h"
#include "node/js.h"
#include "engines/readable.h"

#include <cstring>

namespace mortise {
namespace {

// What can't be read is 0, with which nothing is done, and an exception is pending.
uint32_t to_u32(napi_env env, napi_value value) {
  uint32_t result = 0;
  js::ok(env, napi_get_value_uint32(env, value, &result));
  return result;
}

// Addresses of user space fit a double exactly, and cost a third of a bigint.
template <typename Pointer> Pointer to_pointer(napi_env env, napi_value value) {
  int64_t address = 0;
  js::ok(env, napi_get_value_int64(env, value, &address));
  return reinterpret_cast<Pointer>(static_cast<uintptr_t>(address));
}

size_t to_size(napi_env env, napi_value value) {
  int64_t size = 0;
  js::ok(env, napi_get_value_int64(env, value, &size));
  return size > 0 ? static_cast<size_t>(size) : 0;
}

napi_value from_bool(napi_env env, bool value) {
  napi_value boolean = nullptr;
  js::ok(env, napi_get_boolean(env, value, &boolean));
  return boolean;
}

// A plugin's word is taken for where its memory starts, and not for where it ends.
bool is_there(const void *start, size_t size) {
  return start && (!spans_pages(start, size) || is_readable(start, size));
}

// isReadable(address, size): false when the system says that it isn't.
napi_value ask_readable(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  return from_bool(env, is_readable(to_pointer<const void *>(env, arguments[0]), to_size(env, arguments[1])));
}

// readText(address, size): a string, undefined when the memory can't be read; what isn't UTF-8 in it becomes U+FFFD.
napi_value read_text(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  const char *data = to_pointer<const char *>(env, arguments[0]);
  const size_t size = to_size(env, arguments[1]);
  if (size > 0 && !is_there(data, size)) return nullptr;
  napi_value text = nullptr;
  if (napi_create_string_utf8(env, size > 0 ? data : "", size, &text) == napi_ok) return text;
  napi_throw_range_error(env, nullptr, "the text is longer than a string can be");
  return nullptr;
}

// copyMemory(to, from, size): addresses. False, and nothing is copied, when `from` can't be read.
napi_value copy_memory(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  void *to = to_pointer<void *>(env, arguments[0]);
  const void *from = to_pointer<const void *>(env, arguments[1]);
  const size_t size = to_size(env, arguments[2]);
  const bool can = to && is_there(from, size);
  if (can) memcpy(to, from, size);
  return from_bool(env, can);
}

// copyBack(address, bytes: a Uint8Array, size). False, and nothing is copied, when that isn't its size by now.
napi_value copy_back(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  void *to = to_pointer<void *>(env, arguments[0]);
  const size_t size = to_size(env, arguments[2]);
  size_t length = 0;
  void *from = nullptr;
  if (napi_get_typedarray_info(env, arguments[1], nullptr, &length, &from, nullptr, nullptr) != napi_ok)
    return from_bool(env, false);
  if (length == size && size > 0 && to && from) memcpy(to, from, size);
  return from_bool(env, length == size);
}

// What writeOut is given instead of a number of bytes, for a float and a double; src/services/serve/out.ts has the same.
constexpr uint32_t float_kind = 40, double_kind = 80;

// writeOut(address, bytes, value): an integer, of which the low bytes count; a bigint with 8 bytes. With float_kind or
// double_kind a number.
napi_value write_out(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  void *address = to_pointer<void *>(env, arguments[0]);
  if (!address) return nullptr;
  const uint32_t kind = to_u32(env, arguments[1]);
  if (kind == float_kind || kind == double_kind) {
    double number = 0;
    if (!js::ok(env, napi_get_value_double(env, arguments[2], &number))) return nullptr;
    const float shorter = static_cast<float>(number);
    if (kind == float_kind)
      memcpy(address, &shorter, sizeof shorter);
    else
      memcpy(address, &number, sizeof number);
    return nullptr;
  }
  int64_t integer = 0;
  bool lossless = false;
  if (napi_get_value_int64(env, arguments[2], &integer) != napi_ok) {
    uint64_t bits = 0; // of negative numbers as well: two's complement
    if (!js::ok(env, napi_get_value_bigint_uint64(env, arguments[2], &bits, &lossless))) return nullptr;
    integer = static_cast<int64_t>(bits);
  }
  const uint64_t bits = static_cast<uint64_t>(integer);
  const uint8_t byte = static_cast<uint8_t>(bits);
  const uint16_t half = static_cast<uint16_t>(bits);
  const uint32_t word = static_cast<uint32_t>(bits);
  memcpy(address,
         kind == 1   ? static_cast<const void *>(&byte)
         : kind == 2 ? static_cast<const void *>(&half)
         : kind == 4 ? static_cast<const void *>(&word)
                     : static_cast<const void *>(&bits),
         kind);
  return nullptr;
}

} // namespace

void define_memory(napi_env env, napi_value exports) {
  js::define(env, exports, "isReadable", ask_readable);
  js::define(env, exports, "readText", read_text);
  js::define(env, exports, "copyMemory", copy_memory);
  js::define(env, exports, "copyBack", copy_back);
  js::define(env, exports, "writeOut", write_out);
}

} // namespace mortise
