#include "services/guards.h"

#include "host/plugin.h"

#include <cstring>
#include <utility>

#if MORTISE_GUARDED
#include <pthread.h>
#endif

#if defined(__x86_64__)
#define INTEGER_TYPES uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5
#define INTEGERS i0, i1, i2, i3, i4, i5
#elif defined(__aarch64__)
#define INTEGER_TYPES                                                                                        \
  uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5, uint64_t i6, uint64_t i7
#define INTEGERS i0, i1, i2, i3, i4, i5, i6, i7
#endif

#define DOUBLE_TYPES double d0, double d1, double d2, double d3, double d4, double d5, double d6, double d7
#define DOUBLES d0, d1, d2, d3, d4, d5, d6, d7
// A call that passes fewer is read beyond, in its caller's frame, which is there to be read.
#define STACK_TYPES uint64_t s0, uint64_t s1, uint64_t s2, uint64_t s3, uint64_t s4, uint64_t s5
#define STACK s0, s1, s2, s3, s4, s5
#define ALL_TYPES INTEGER_TYPES, DOUBLE_TYPES, STACK_TYPES
#define ALL INTEGERS, DOUBLES, STACK

namespace mortise {

void GuardedTable::set_mode(GuardMode mode) {
  if (mode == GuardMode::closed)
    close();
  else if (mode_ != GuardMode::closed)
    mode_ = mode;
}

void GuardedTable::close() {
  if (mode_ == GuardMode::closed) return; // its guards may be others' by now
  for (std::atomic<uintptr_t> *thread : threads_)
    *thread = 0;
  // Last: from now on others may take them.
  mode_ = GuardMode::closed;
}

void GuardedTable::refuse(size_t function, const mortise_host *caller) {
  std::lock_guard<std::mutex> lock(mutex_);
  const std::string plugin = caller ? Plugin::of(caller)->name : "";
  for (Refusal &refusal : refusals_) {
    if (refusal.function != function || refusal.plugin != plugin) continue;
    refusal.calls++;
    return;
  }
  refusals_.push_back({function, plugin, 1});
  if (refusals_.size() == 1 && wake) wake();
}

std::vector<Refusal> GuardedTable::take() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(refusals_, {});
}

#if MORTISE_GUARDED

namespace {

// Where a refused call leaves something.
struct Place {
  bool in_register;
  size_t index; // of the register, or the byte on the stack
  uint32_t zero;
  bool is_error;
};

// Whom a guard stands for. Never changed and never freed: a thread that was left behind may be reading it.
struct Post {
  GuardedTable *table;
  size_t function;
  uintptr_t target;
  uint64_t failure;
  std::vector<Place> places;
};

// Nothing in it has a destructor, which would run at exit while threads still call.
struct Slot {
  std::atomic<uintptr_t> thread{0}; // who may go through without a question; 0: nobody
  std::atomic<uintptr_t> target{0};
  std::atomic<const Post *> post{nullptr};
};

constexpr size_t integer_slots = 256;
constexpr size_t floating_slots = 32;
Slot integers[integer_slots];
Slot floatings[floating_slots];

template <typename Result> Slot *slots_of();
template <> inline Slot *slots_of<uint64_t>() {
  return integers;
}
template <> inline Slot *slots_of<double>() {
  return floatings;
}

// A number that no other living thread has.
uintptr_t this_thread() {
#if defined(__linux__) && !defined(__clang__) && (__GNUC__ >= 11 || defined(__aarch64__))
  return reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
#else
  return (uintptr_t)pthread_self();
#endif
}

// Counts a call that may wait for JavaScript's thread, which must not wait for the caller meanwhile.
class Waiting {
public:
  explicit Waiting(Plugin *caller) : caller_(caller) {
    if (caller_) caller_->waiting++;
  }
  ~Waiting() {
    if (caller_) caller_->waiting--;
  }
  Waiting(const Waiting &) = delete;
  Waiting &operator=(const Waiting &) = delete;

private:
  Plugin *caller_;
};

// Whether a call on another thread may go on to JavaScript.
bool may_pass(const Post *post, const Plugin *caller) {
  return post && post->table->mode() == GuardMode::open && !(caller && caller->leaving);
}

// Leaves zeros and a reason.
void refuse(const Post *post, const mortise_host *host, const uint64_t *registers, const uint64_t *stack) {
  if (!post) return;
  const GuardMode mode = post->table->mode();
  const bool is_leaving = host && Plugin::of(host)->leaving;
  if (mode == GuardMode::strict && !is_leaving) post->table->refuse(post->function, host);
  const char *why = mode == GuardMode::closed ? "the host was closed"
                    : is_leaving              ? "the plugin is being stopped"
                                              : "called on another thread than the host's main thread";
  for (const Place &place : post->places) {
    uint64_t address;
    if (place.in_register) {
      address = registers[place.index];
    } else {
      memcpy(&address, reinterpret_cast<const char *>(stack) + place.index, sizeof address);
    }
    void *pointer = reinterpret_cast<void *>(static_cast<uintptr_t>(address));
    if (!pointer) continue;
    if (place.is_error) {
      mortise_fail(static_cast<mortise_error *>(pointer), "%s", why);
    } else {
      memset(pointer, 0, place.zero);
    }
  }
}

template <typename Result> using Function = Result (*)(ALL_TYPES);

template <typename Result, size_t Index> __attribute__((noinline)) Result hesitate(ALL_TYPES) {
  const Post *post = slots_of<Result>()[Index].post;
  const uint64_t registers[] = {INTEGERS};
  const uint64_t stack[] = {STACK};
  const mortise_host *host = reinterpret_cast<const mortise_host *>(static_cast<uintptr_t>(i0));
  Plugin *caller = host ? Plugin::of(host) : nullptr;
  // A call that is refused waits for nobody, so it isn't counted.
  if (may_pass(post, caller)) {
    const Waiting waiting(caller);
    // Once more: who stops the plugin first says so and then looks at the count.
    if (may_pass(post, caller)) return reinterpret_cast<Function<Result>>(post->target)(ALL);
  }
  refuse(post, host, registers, stack);
  Result failure = 0;
  if (post) memcpy(&failure, &post->failure, sizeof failure);
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

std::mutex slots_mutex;

// Slots that nobody has used come first, then those closed longest ago. Under slots_mutex.
template <typename Result, size_t Count> uintptr_t take_slot(const Post *post, Slot *&slot) {
  static size_t fresh = 0;
  static size_t next = 0;
  Slot *slots = slots_of<Result>();
  size_t index = fresh;
  if (fresh < Count) {
    fresh++;
  } else {
    size_t looked = 0;
    for (index = next; looked < Count; looked++, index = (index + 1) % Count) {
      const Post *old = slots[index].post;
      if (!old || old->table->mode() == GuardMode::closed) break;
    }
    if (looked == Count) return 0;
    next = (index + 1) % Count;
  }
  slot = &slots[index];
  slot->post = post;
  return reinterpret_cast<uintptr_t>(guard_at<Result>(index, std::make_index_sequence<Count>()));
}

// Finds where arguments lie, as the calling convention hands out registers and words of the stack.
class Arguments {
public:
  Place next(const GuardedArgument &argument) {
    size_t &used = argument.floating ? floating_used_ : integers_used_;
    if (used < (argument.floating ? 8 : integer_registers))
      return {true, used++, argument.zero, argument.is_error};
#if defined(__APPLE__) && defined(__aarch64__)
    const size_t step = argument.size; // packed
#else
    const size_t step = 8;
#endif
    bytes_ = (bytes_ + step - 1) / step * step;
    const Place place = {false, bytes_, argument.zero, argument.is_error};
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

} // namespace

struct Guards {
  static uintptr_t take(GuardedTable &table, const GuardedFunction &function) {
    Arguments places;
    std::vector<Place> failing;
    for (const GuardedArgument &argument : function.arguments) {
      const Place place = places.next(argument);
      if (place.zero || place.is_error) failing.push_back(place);
    }
    if (!places.fits()) return 0;
    const Post *post =
        new Post{&table, function.index, function.target, function.failure, std::move(failing)};
    Slot *slot = nullptr;
    std::lock_guard<std::mutex> lock(slots_mutex);
    const uintptr_t address = function.floating ? take_slot<double, floating_slots>(post, slot)
                                                : take_slot<uint64_t, integer_slots>(post, slot);
    if (!address) {
      delete post;
      return 0;
    }
    slot->target = function.target;
    slot->thread = this_thread();
    table.threads_.push_back(&slot->thread);
    return address;
  }
};

uintptr_t take_guard(GuardedTable &table, const GuardedFunction &function) {
  return Guards::take(table, function);
}

void give_back_guards(GuardedTable &table) {
  // As of any closed table, others may have them.
  table.close();
}

#else

uintptr_t take_guard(GuardedTable &, const GuardedFunction &function) {
  return function.target;
}

void give_back_guards(GuardedTable &) {}

#endif

} // namespace mortise
