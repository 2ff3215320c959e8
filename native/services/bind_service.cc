// Tables of services that are written in JavaScript. The functions in such a table aren't the callbacks
// themselves but guards in front of them: a call on another thread than JavaScript's, or after the host was
// closed, must be answered before it reaches a callback, which would wait for JavaScript's thread or end the
// process.
//
// A guard must pass on arguments whose types it doesn't know. On the calling conventions of x86-64 (System V)
// and arm64 an argument lies in the next free register of its kind, or in the next word of the stack, whatever
// its exact type; so a function of integers for all integer registers, doubles for all floating-point
// registers and some words of the stack passes on any call that uses no more of each. With optimisation that
// is a comparison and a jump. Windows on x86-64 shares positions between the two kinds; there, and on
// other processors, tables hold the bare callbacks, and isGuarded tells so.
#include "bindings.h"
#include "js.h"
#include "host/plugin.h"

#if !defined(_WIN32)
#include <pthread.h>
#endif

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#if defined(__x86_64__) && !defined(_WIN32)
#define MORTISE_GUARDED 1
#define INTEGER_TYPES uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5
#define INTEGERS i0, i1, i2, i3, i4, i5
#elif defined(__aarch64__) && !defined(_WIN32)
#define MORTISE_GUARDED 1
#define INTEGER_TYPES                                                                                        \
  uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5, uint64_t i6, uint64_t i7
#define INTEGERS i0, i1, i2, i3, i4, i5, i6, i7
#else
#define MORTISE_GUARDED 0
#endif

#define DOUBLE_TYPES double d0, double d1, double d2, double d3, double d4, double d5, double d6, double d7
#define DOUBLES d0, d1, d2, d3, d4, d5, d6, d7
// A call that passes fewer is read beyond, in its caller's frame, which is there to be read.
#define STACK_TYPES uint64_t s0, uint64_t s1, uint64_t s2, uint64_t s3, uint64_t s4, uint64_t s5
#define STACK s0, s1, s2, s3, s4, s5
#define ALL_TYPES INTEGER_TYPES, DOUBLE_TYPES, STACK_TYPES
#define ALL INTEGERS, DOUBLES, STACK

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

// Where a failing call leaves something: a zero, or a message.
struct Place {
  bool in_register;
  size_t index; // of the register, or the byte on the stack
  uint32_t size;
  bool is_error; // a mortise_error; else an out parameter of `size` bytes
};

struct Table;

struct Slot {
  std::atomic<uintptr_t> thread{0}; // who may go through without a question; 0: nobody
  std::atomic<uintptr_t> target{0};
  std::atomic<Table *> table{nullptr};
  // Set before `table` is, and then constant.
  size_t function = 0;
  uint64_t failure = 0;
  std::vector<Place> places;
};

struct Refusal {
  size_t function;
  std::string plugin;
  uint32_t calls;
};

enum Mode { OPEN = 0, STRICT = 1, CLOSED = 2 };

// Lives until the process ends: a plugin may have kept its address.
struct Table {
  std::vector<uint64_t> words; // the C table
  std::vector<Slot *> slots;
  std::atomic<int> mode{OPEN};
  std::mutex mutex;
  std::vector<Refusal> refusals;
  napi_threadsafe_function waker = nullptr;

  void refuse(size_t function, const mortise_host *caller) {
    std::lock_guard<std::mutex> lock(mutex);
    const std::string plugin = caller ? Plugin::of(caller)->name : "";
    for (Refusal &refusal : refusals) {
      if (refusal.function != function || refusal.plugin != plugin) continue;
      refusal.calls++;
      return;
    }
    refusals.push_back({function, plugin, 1});
    if (waker) napi_call_threadsafe_function(waker, nullptr, napi_tsfn_nonblocking);
  }

  void close() {
    mode = CLOSED;
    for (Slot *slot : slots)
      slot->thread = 0;
    std::lock_guard<std::mutex> lock(mutex);
    if (waker) napi_release_threadsafe_function(waker, napi_tsfn_release);
    waker = nullptr;
  }
};

#if MORTISE_GUARDED

constexpr size_t integer_slots = 256;
constexpr size_t floating_slots = 32;
Slot integers[integer_slots];
Slot floatings[floating_slots];

// A number that no other living thread has.
uintptr_t this_thread() {
#if defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
  return reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
#else
  return (uintptr_t)pthread_self();
#endif
}

// True when the call may go on to JavaScript after all.
bool passes(const Slot &slot, const uint64_t *registers, const uint64_t *stack) {
  Table *table = slot.table;
  const int mode = table ? table->mode.load() : CLOSED;
  if (mode == OPEN) return true;
  if (mode == STRICT) table->refuse(slot.function, reinterpret_cast<const mortise_host *>(registers[0]));
  for (const Place &place : slot.places) {
    uint64_t address;
    if (place.in_register) {
      address = registers[place.index];
    } else {
      memcpy(&address, reinterpret_cast<const char *>(stack) + place.index, sizeof address);
    }
    void *pointer = reinterpret_cast<void *>(static_cast<uintptr_t>(address));
    if (!pointer) continue;
    if (place.is_error) {
      mortise_fail(static_cast<mortise_error *>(pointer), "%s",
                   mode == STRICT ? "called on another thread than the host's main thread"
                                  : "the host was closed");
    } else {
      memset(pointer, 0, place.size);
    }
  }
  return false;
}

template <typename Result> using Function = Result (*)(ALL_TYPES);

template <typename Result> Slot *slots_of();
template <> inline Slot *slots_of<uint64_t>() {
  return integers;
}
template <> inline Slot *slots_of<double>() {
  return floatings;
}

template <typename Result, size_t Index> __attribute__((noinline)) Result hesitate(ALL_TYPES) {
  Slot &slot = slots_of<Result>()[Index];
  const uint64_t registers[] = {INTEGERS};
  const uint64_t stack[] = {STACK};
  if (passes(slot, registers, stack)) return reinterpret_cast<Function<Result>>(slot.target.load())(ALL);
  Result failure;
  memcpy(&failure, &slot.failure, sizeof failure);
  return failure;
}

template <typename Result, size_t Index> Result guard(ALL_TYPES) {
  Slot &slot = slots_of<Result>()[Index];
  if (__builtin_expect(slot.thread.load(std::memory_order_relaxed) == this_thread(), 1)) {
    return reinterpret_cast<Function<Result>>(slot.target.load(std::memory_order_relaxed))(ALL);
  }
  return hesitate<Result, Index>(ALL);
}

template <typename Result, size_t... Indexes>
Function<Result> guard_at(size_t index, std::index_sequence<Indexes...>) {
  static const Function<Result> guards[] = {guard<Result, Indexes>...};
  return guards[index];
}

// Slots that nobody has used come first, then those closed longest ago.
template <typename Result, size_t Count> uintptr_t take_slot(Slot *&slot) {
  static std::mutex mutex;
  static size_t fresh = 0;
  static size_t next = 0;
  std::lock_guard<std::mutex> lock(mutex);
  Slot *slots = slots_of<Result>();
  size_t index = fresh;
  if (fresh < Count) {
    fresh++;
  } else {
    size_t looked = 0;
    for (index = next; looked < Count; looked++, index = (index + 1) % Count) {
      const Table *table = slots[index].table;
      if (!table || table->mode == CLOSED) break;
    }
    if (looked == Count) return 0;
    next = (index + 1) % Count;
  }
  slot = &slots[index];
  slot->table = nullptr;
  return reinterpret_cast<uintptr_t>(guard_at<Result>(index, std::make_index_sequence<Count>()));
}

// Finds where arguments lie, as the calling convention hands out registers and words of the stack.
class Arguments {
public:
  // The place of the next argument of that kind and size.
  Place next(bool is_floating, uint32_t size) {
    size_t &used = is_floating ? floating_used_ : integers_used_;
    if (used < (is_floating ? 8 : integer_registers)) return {true, used++, 0, false};
#if defined(__APPLE__) && defined(__aarch64__)
    const size_t step = size; // packed
#else
    const size_t step = 8;
    (void)size;
#endif
    bytes_ = (bytes_ + step - 1) / step * step;
    const Place place = {false, bytes_, 0, false};
    bytes_ += step;
    return place;
  }
  bool fits() const { return bytes_ <= 6 * sizeof(uint64_t); }

private:
#if defined(__x86_64__)
  static constexpr size_t integer_registers = 6;
#else
  static constexpr size_t integer_registers = 8;
#endif
  size_t integers_used_ = 0;
  size_t floating_used_ = 0;
  size_t bytes_ = 0;
};

#endif

void call_waker(napi_env env, napi_value callback, void *, void *) {
  if (!env || !callback) return;
  napi_value undefined;
  napi_get_undefined(env, &undefined);
  napi_call_function(env, undefined, callback, 0, nullptr, nullptr);
}

// When a worker ends, no JavaScript can answer any more, while its plugins' fini is still to run.
void close_table(void *table) {
  static_cast<Table *>(table)->close();
}

// createServiceTable(functions, onRefused): { table: handle, address }, or undefined when the process has no guards
// left. `functions` are [{ target: address or 0n when the table has a hole, floating, failure: 64 bits,
// parameters: [{ floating, size, zero: bytes, error }] }]; `onRefused` is called, without arguments, when
// refusals can be drained.
napi_value create_service_table(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  std::unique_ptr<Table> table(new Table);
  table->words.push_back(0);
  bool complete = true;
  js::each(env, arguments[0], [&](uint32_t index, napi_value function) {
    const uint64_t target = to_bits(env, js::member(env, function, "target"));
    uint64_t address = target;
#if MORTISE_GUARDED
    Slot *slot = nullptr;
    const bool is_floating = to_bool(env, js::member(env, function, "floating"));
    Arguments places;
    std::vector<Place> failing;
    js::each(env, js::member(env, function, "parameters"), [&](uint32_t, napi_value parameter) {
      Place place = places.next(to_bool(env, js::member(env, parameter, "floating")),
                                to_u32(env, js::member(env, parameter, "size")));
      place.size = to_u32(env, js::member(env, parameter, "zero"));
      place.is_error = to_bool(env, js::member(env, parameter, "error"));
      if (place.size || place.is_error) failing.push_back(place);
    });
    address = !places.fits() ? 0
              : is_floating  ? take_slot<double, floating_slots>(slot)
                             : take_slot<uint64_t, integer_slots>(slot);
    if (!address) {
      complete = false;
      return;
    }
    slot->target = static_cast<uintptr_t>(target);
    slot->function = index;
    slot->failure = to_bits(env, js::member(env, function, "failure"));
    slot->places = std::move(failing);
    slot->table = table.get();
    slot->thread = this_thread();
    table->slots.push_back(slot);
#else
    (void)index;
#endif
    table->words.push_back(address);
  });
  if (!complete) {
    for (Slot *slot : table->slots) {
      slot->thread = 0;
      slot->table = nullptr;
    }
    return nullptr;
  }
  const uint32_t size = static_cast<uint32_t>(table->words.size() * sizeof(uint64_t));
  memcpy(table->words.data(), &size, sizeof size);
  napi_create_threadsafe_function(env, arguments[1], nullptr, js::from_string(env, "mortise.service"), 1, 1,
                                  nullptr, nullptr, nullptr, call_waker, &table->waker);
  napi_unref_threadsafe_function(env, table->waker);
  Table *kept = table.release();
  napi_add_env_cleanup_hook(env, close_table, kept);
  napi_value result, address;
  napi_create_object(env, &result);
  napi_create_bigint_uint64(env, reinterpret_cast<uintptr_t>(kept->words.data()), &address);
  js::set(env, result, "table", js::from_external(env, kept));
  js::set(env, result, "address", address);
  return result;
}

// setServiceMode(table, mode): 0 open, 1 strict (calls on other threads are refused), 2 closed for ever.
napi_value set_service_mode(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Table *table = js::to_external<Table>(env, arguments[0]);
  if (!table || table->mode == CLOSED) return nullptr;
  const uint32_t mode = to_u32(env, arguments[1]);
  if (mode == CLOSED) {
    napi_remove_env_cleanup_hook(env, close_table, table);
    table->close();
  } else {
    table->mode = static_cast<int>(mode);
  }
  return nullptr;
}

// drainRefusals(table): [{ function: index, plugin, calls }].
napi_value drain_refusals(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Table *table = js::to_external<Table>(env, arguments[0]);
  if (!table) return nullptr;
  std::vector<Refusal> refusals;
  {
    std::lock_guard<std::mutex> lock(table->mutex);
    refusals.swap(table->refusals);
  }
  return js::to_array(env, refusals, [env](const Refusal &refusal) {
    napi_value entry;
    napi_create_object(env, &entry);
    js::set(env, entry, "function", js::from_number(env, static_cast<double>(refusal.function)));
    js::set(env, entry, "plugin", js::from_string(env, refusal.plugin));
    js::set(env, entry, "calls", js::from_number(env, refusal.calls));
    return entry;
  });
}

// Addresses of user space fit a double exactly, and cost a third of a bigint.
template <typename Pointer> Pointer to_pointer(napi_env env, napi_value value) {
  int64_t address = 0;
  napi_get_value_int64(env, value, &address);
  return reinterpret_cast<Pointer>(static_cast<uintptr_t>(address));
}

// readText(address, size): a string; what isn't UTF-8 in it becomes U+FFFD.
napi_value read_text(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  int64_t size = 0;
  napi_get_value_int64(env, arguments[1], &size);
  napi_value text;
  const char *data = to_pointer<const char *>(env, arguments[0]);
  if (napi_create_string_utf8(env, data ? data : "", static_cast<size_t>(size), &text) == napi_ok)
    return text;
  napi_throw_range_error(env, nullptr, "the text is longer than a string can be");
  return nullptr;
}

// copyMemory(to, from, size): addresses.
napi_value copy_memory(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  int64_t size = 0;
  napi_get_value_int64(env, arguments[2], &size);
  void *to = to_pointer<void *>(env, arguments[0]);
  const void *from = to_pointer<const void *>(env, arguments[1]);
  if (to && from && size > 0) memcpy(to, from, static_cast<size_t>(size));
  return nullptr;
}

// writeOut(address, bytes, value): an integer, of which the low bytes count; a bigint with 8 bytes. 40 and
// 80 bytes stand for float and double: 4 and 8 bytes of a number.
napi_value write_out(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  void *address = to_pointer<void *>(env, arguments[0]);
  if (!address) return nullptr;
  const uint32_t kind = to_u32(env, arguments[1]);
  if (kind >= 40) {
    double number = 0;
    napi_get_value_double(env, arguments[2], &number);
    const float shorter = static_cast<float>(number);
    memcpy(address, kind == 40 ? static_cast<const void *>(&shorter) : &number, kind / 10);
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

// isServiceGuarded(): whether tables refuse calls on other threads on this platform.
napi_value is_service_guarded(napi_env env, napi_callback_info) {
  napi_value result;
  napi_get_boolean(env, MORTISE_GUARDED, &result);
  return result;
}

} // namespace

void define_service(napi_env env, napi_value exports) {
  js::define(env, exports, "createServiceTable", create_service_table);
  js::define(env, exports, "setServiceMode", set_service_mode);
  js::define(env, exports, "drainRefusals", drain_refusals);
  js::define(env, exports, "isServiceGuarded", is_service_guarded);
  js::define(env, exports, "readText", read_text);
  js::define(env, exports, "copyMemory", copy_memory);
  js::define(env, exports, "writeOut", write_out);
}

} // namespace mortise
