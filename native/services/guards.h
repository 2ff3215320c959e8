// Guards in front of functions that only JavaScript's thread may run: a call on another thread, or after the host
// was closed, must be answered before it reaches a callback, which would wait for JavaScript's thread or end the
// process.
// services/convention.h says how a guard passes on arguments whose types it doesn't know, and where there are guards.
#pragma once

#include "services/convention.h"

#include <mortise/mortise.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace mortise {

// Calls on other threads wait for the main thread; or are refused; or all calls are refused from then on.
enum class GuardMode { open = 0, strict = 1, closed = 2 };

// Calls that a strict table refused, or that nobody answered in time, of one function by one plugin.
struct Refusal {
  size_t function;
  std::string plugin;
  uint32_t calls;
  std::string late; // what the main thread did meanwhile, when the call waited for it in vain
};

// What the guards of one table have in common. Lives until the process ends: a plugin may have kept its address.
class GuardedTable {
public:
  // Called by the first refusal since the last take, on the caller's thread and under the table's lock.
  std::function<void()> wake;

  GuardMode mode() const { return mode_; }
  // No way leads back from closed.
  void set_mode(GuardMode mode);
  void close();
  void refuse(size_t function, const mortise_host *caller, const std::string &late = "");
  std::vector<Refusal> take();

private:
  friend struct Guards;

  std::atomic<GuardMode> mode_{GuardMode::open};
  std::vector<std::atomic<uintptr_t> *> threads_; // of its guards: who may go through without a question
  std::mutex mutex_;
  std::vector<Refusal> refusals_;
};

struct GuardedArgument {
  bool floating;
  uint32_t size;
  // What a call that is refused leaves there: so many zero bytes behind the pointer, or a message in a mortise_error.
  uint32_t zero;
  bool is_error;
};

struct GuardedFunction {
  size_t index; // in its table
  uintptr_t target;
  bool floating;    // its result
  uint64_t failure; // the bits of a result that says so
  std::vector<GuardedArgument> arguments;
};

// The address of a guard for calls on the calling thread; 0 when the process has none left, or the function has more
// arguments than fit. Give back what a table got that won't be complete.
uintptr_t take_guard(GuardedTable &table, const GuardedFunction &function);
void give_back_guards(GuardedTable &table);

} // namespace mortise
