// Tables of services that are written in JavaScript. The functions in such a table aren't the callbacks
// themselves but guards in front of them; without guards, they are.
#include "node/bindings.h"
#include "node/js.h"
#include "node/waker.h"
#include "engines/readable.h"
#include "services/guards.h"

#include <cstring>
#include <memory>

namespace mortise {
namespace {

bool to_bool(napi_env env, napi_value value) {
  bool result = false;
  napi_get_value_bool(env, value, &result);
  return result;
}

uint32_t to_u32(napi_env env, napi_value value) {
  uint32_t result = 0;
  napi_get_value_uint32(env, value, &result);
  return result;
}

// 64 bits, as a bigint.
uint64_t to_bits(napi_env env, napi_value value) {
  uint64_t bits = 0;
  bool lossless;
  napi_get_value_bigint_uint64(env, value, &bits, &lossless);
  return bits;
}

// Lives until the process ends: a plugin may have kept its address.
struct Table {
  std::vector<uint64_t> words; // the C table
  GuardedTable guards;
  Waker waker;

  void close() {
    guards.close();
    waker.close();
  }
};

// When a worker ends, no JavaScript can answer any more, while its plugins' fini is still to run.
void close_table(void *table) {
  static_cast<Table *>(table)->close();
}

GuardedFunction to_function(napi_env env, uint32_t index, napi_value given) {
  GuardedFunction function = {index,
                              static_cast<uintptr_t>(to_bits(env, js::member(env, given, "target"))),
                              to_bool(env, js::member(env, given, "floating")),
                              to_bits(env, js::member(env, given, "failure")),
                              {}};
  js::each(env, js::member(env, given, "parameters"), [&](uint32_t, napi_value parameter) {
    function.arguments.push_back({to_bool(env, js::member(env, parameter, "floating")),
                                  to_u32(env, js::member(env, parameter, "size")),
                                  to_u32(env, js::member(env, parameter, "zero")),
                                  to_bool(env, js::member(env, parameter, "error"))});
  });
  return function;
}

// createServiceTable(functions, onRefused): { table: handle, address }, or undefined when the process has no guards
// left. `functions` are [{ target: address, floating, failure: 64 bits, parameters: [{ floating, size, zero: bytes,
// error }] }]; `onRefused` is called, without arguments, when refusals can be drained.
napi_value create_service_table(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  // Never freed, not even when it stays incomplete: its guards' posts name it.
  Table *table = new Table;
  table->words.push_back(0);
  bool complete = true;
  js::each(env, arguments[0], [&](uint32_t index, napi_value given) {
    const uintptr_t address = complete ? take_guard(table->guards, to_function(env, index, given)) : 0;
    complete = address != 0;
    table->words.push_back(address);
  });
  if (!complete) {
    give_back_guards(table->guards);
    return nullptr;
  }
  const uint32_t size = static_cast<uint32_t>(table->words.size() * sizeof(uint64_t));
  memcpy(table->words.data(), &size, sizeof size);
  table->waker.open(env, arguments[1], js::from_string(env, "mortise.service"));
  table->guards.wake = [table] { table->waker.wake(); };
  napi_add_env_cleanup_hook(env, close_table, table);
  napi_value result = nullptr, address = nullptr;
  napi_create_object(env, &result);
  napi_create_bigint_uint64(env, reinterpret_cast<uintptr_t>(table->words.data()), &address);
  js::set(env, result, "table", js::from_external(env, table));
  js::set(env, result, "address", address);
  return result;
}

// setServiceMode(table, mode): 0 open, 1 strict (calls on other threads are refused), 2 closed, which stays.
napi_value set_service_mode(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Table *table = js::to_external<Table>(env, arguments[0]);
  if (!table || table->guards.mode() == GuardMode::closed) return nullptr;
  const GuardMode mode = static_cast<GuardMode>(to_u32(env, arguments[1]));
  if (mode == GuardMode::closed) {
    napi_remove_env_cleanup_hook(env, close_table, table);
    table->close();
  } else {
    table->guards.set_mode(mode);
  }
  return nullptr;
}

// drainRefusals(table): [{ function: index, plugin, calls, late: what the main thread did while the call waited in vain, or "" }].
napi_value drain_refusals(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Table *table = js::to_external<Table>(env, arguments[0]);
  if (!table) return nullptr;
  return js::to_array(env, table->guards.take(), [env](const Refusal &refusal) {
    napi_value entry = nullptr;
    napi_create_object(env, &entry);
    js::set(env, entry, "function", js::from_number(env, static_cast<double>(refusal.function)));
    js::set(env, entry, "plugin", js::from_string(env, refusal.plugin));
    js::set(env, entry, "calls", js::from_number(env, refusal.calls));
    js::set(env, entry, "late", js::from_string(env, refusal.late));
    return entry;
  });
}

// Addresses of user space fit a double exactly, and cost a third of a bigint.
template <typename Pointer> Pointer to_pointer(napi_env env, napi_value value) {
  int64_t address = 0;
  napi_get_value_int64(env, value, &address);
  return reinterpret_cast<Pointer>(static_cast<uintptr_t>(address));
}

size_t to_size(napi_env env, napi_value value) {
  int64_t size = 0;
  napi_get_value_int64(env, value, &size);
  return size > 0 ? static_cast<size_t>(size) : 0;
}

napi_value from_bool(napi_env env, bool value) {
  napi_value boolean = nullptr;
  napi_get_boolean(env, value, &boolean);
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
    napi_get_value_double(env, arguments[2], &number);
    const float shorter = static_cast<float>(number);
    if (kind == float_kind)
      memcpy(address, &shorter, sizeof shorter);
    else
      memcpy(address, &number, sizeof number);
    return nullptr;
  }
  int64_t integer = 0;
  bool lossless;
  if (napi_get_value_int64(env, arguments[2], &integer) != napi_ok) {
    uint64_t bits = 0; // of negative numbers as well: two's complement
    napi_get_value_bigint_uint64(env, arguments[2], &bits, &lossless);
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

void define_service(napi_env env, napi_value exports) {
  js::define(env, exports, "createServiceTable", create_service_table);
  js::define(env, exports, "setServiceMode", set_service_mode);
  js::define(env, exports, "drainRefusals", drain_refusals);
  js::define(env, exports, "isReadable", ask_readable);
  js::define(env, exports, "readText", read_text);
  js::define(env, exports, "copyMemory", copy_memory);
  js::define(env, exports, "copyBack", copy_back);
  js::define(env, exports, "writeOut", write_out);
}

} // namespace mortise
