#include "services/guards.h"

#include "host/plugin.h"
#include "services/callbacks.h"

#include <cstring>
#include <utility>

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

void GuardedTable::refuse(size_t function, const mortise_host *caller, const std::string &late) {
  std::lock_guard<std::mutex> lock(mutex_);
  const std::string plugin = caller ? Plugin::of(caller)->name : "";
  for (Refusal &refusal : refusals_) {
    if (refusal.function != function || refusal.plugin != plugin || refusal.late != late) continue;
    refusal.calls++;
    return;
  }
  refusals_.push_back({function, plugin, 1, late});
  if (refusals_.size() == 1 && wake) wake();
}

std::vector<Refusal> GuardedTable::take() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(refusals_, {});
}

#if MORTISE_GUARDED

namespace {

// Where a refused call leaves something.
struct Left {
  Place place;
  uint32_t zero;
  bool is_error;
};

// What a guard forwards to. Never changed and never freed: a thread that was left behind may be reading it.
struct GuardTarget {
  GuardedTable *table;
  size_t function;
  uintptr_t target;
  uint64_t failure;
  std::vector<Left> lefts;
};

// Nothing in it has a destructor, which would run at exit while threads still call.
struct Slot {
  std::atomic<uintptr_t> thread{0}; // who may go through without a question; 0: nobody
  std::atomic<uintptr_t> target{0};
  std::atomic<const GuardTarget *> guarded{nullptr};
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
bool may_forward(const GuardTarget *guarded, const Plugin *caller) {
  return guarded && guarded->table->mode() == GuardMode::open && !(caller && caller->leaving);
}

// Leaves zeros and a reason.
void leave(const GuardTarget *guarded, const Frame &frame, const char *why) {
  for (const Left &left : guarded->lefts) {
    void *pointer = reinterpret_cast<void *>(static_cast<uintptr_t>(frame.read(left.place)));
    if (!pointer) continue;
    if (left.is_error) {
      mortise_fail(static_cast<mortise_error *>(pointer), "%s", why);
    } else {
      memset(pointer, 0, left.zero);
    }
  }
}

void refuse(const GuardTarget *guarded, const mortise_host *host, const Frame &frame) {
  if (!guarded) return;
  const GuardMode mode = guarded->table->mode();
  const bool is_leaving = host && Plugin::of(host)->leaving;
  if (mode == GuardMode::strict && !is_leaving) guarded->table->refuse(guarded->function, host);
  leave(guarded, frame,
        mode == GuardMode::closed ? "the host was closed"
        : is_leaving              ? "the plugin is being stopped"
                                  : "called on another thread than the host's main thread");
}

// What the main thread does while somebody waits for it.
std::string main_thread_of(const Plugin *caller) {
  const char *entry = caller ? caller->owner.entry.load() : nullptr;
  const Plugin *inside = caller ? caller->owner.inside.load() : nullptr;
  if (!entry || !inside) return "the main thread was busy";
  return "the main thread was in " + std::string(entry) + " of " + inside->name +
         ", which may wait for the thread that called";
}

template <typename Result> Result failed(const GuardTarget *guarded) {
  Result failure = 0;
  if (guarded) memcpy(&failure, &guarded->failure, sizeof failure);
  return failure;
}

template <typename Result, size_t Index> __attribute__((noinline)) Result slow_path(ALL_TYPES) {
  const GuardTarget *guarded = slots_of<Result>()[Index].guarded;
#if defined(__x86_64__)
  const Frame frame = {{INTEGERS, 0, 0}, {DOUBLES}, {STACK}};
#else
  const Frame frame = {{INTEGERS}, {DOUBLES}, {STACK}};
#endif
  const mortise_host *host = reinterpret_cast<const mortise_host *>(static_cast<uintptr_t>(i0));
  Plugin *caller = host ? Plugin::of(host) : nullptr;
  // A call that is refused waits for nobody, so it isn't counted.
  if (may_forward(guarded, caller)) {
    const Waiting waiting(caller);
    // Checked again: stop() sets `leaving` before it reads `waiting`.
    if (may_forward(guarded, caller)) {
      take_unanswered();
      const Result result = reinterpret_cast<AnyFunction<Result>>(guarded->target)(ALL);
      const Unanswered unanswered = take_unanswered();
      if (unanswered == Unanswered::none) return result;
      if (unanswered == Unanswered::late) {
        const std::string why = main_thread_of(caller);
        guarded->table->refuse(guarded->function, host, why);
        leave(guarded, frame, ("nobody answered in time: " + why).c_str());
      } else {
        leave(guarded, frame, "the host was closed");
      }
      return failed<Result>(guarded);
    }
  }
  refuse(guarded, host, frame);
  return failed<Result>(guarded);
}

template <typename Result, size_t Index> Result guard(ALL_TYPES) {
  Slot &slot = slots_of<Result>()[Index];
  if (__builtin_expect(slot.thread.load(std::memory_order_relaxed) == this_thread(), 1)) {
    return reinterpret_cast<AnyFunction<Result>>(slot.target.load(std::memory_order_relaxed))(ALL);
  }
  return slow_path<Result, Index>(ALL);
}

template <typename Result, size_t... Indexes>
AnyFunction<Result> guard_at(size_t index, std::index_sequence<Indexes...>) {
  static const AnyFunction<Result> guards[] = {guard<Result, Indexes>...};
  return guards[index];
}

std::mutex slots_mutex;

// Slots that nobody has used come first, then those closed longest ago. Under slots_mutex.
template <typename Result, size_t Count> uintptr_t take_slot(const GuardTarget *guarded, Slot *&slot) {
  static size_t fresh = 0;
  static size_t next = 0;
  Slot *slots = slots_of<Result>();
  size_t index = fresh;
  if (fresh < Count) {
    fresh++;
  } else {
    size_t looked = 0;
    for (index = next; looked < Count; looked++, index = (index + 1) % Count) {
      const GuardTarget *old = slots[index].guarded;
      if (!old || old->table->mode() == GuardMode::closed) break;
    }
    if (looked == Count) return 0;
    next = (index + 1) % Count;
  }
  slot = &slots[index];
  slot->guarded = guarded;
  return reinterpret_cast<uintptr_t>(guard_at<Result>(index, std::make_index_sequence<Count>()));
}

} // namespace

struct Guards {
  static uintptr_t take(GuardedTable &table, const GuardedFunction &function) {
    Arguments places;
    std::vector<Left> failing;
    for (const GuardedArgument &argument : function.arguments) {
      const Place place = places.next(argument.floating, argument.size);
      if (argument.zero || argument.is_error) failing.push_back({place, argument.zero, argument.is_error});
    }
    if (!places.fits()) return 0;
    const GuardTarget *guarded =
        new GuardTarget{&table, function.index, function.target, function.failure, std::move(failing)};
    Slot *slot = nullptr;
    std::lock_guard<std::mutex> lock(slots_mutex);
    const uintptr_t address = function.floating ? take_slot<double, floating_slots>(guarded, slot)
                                                : take_slot<uint64_t, integer_slots>(guarded, slot);
    if (!address) {
      delete guarded;
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
