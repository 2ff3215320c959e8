// C functions for JavaScript, whose signatures are known when the process runs: called on this thread or on Node.js's
// pool. When a worker is being ended, nothing of JavaScript can be made or thrown any more, and that must end the
// worker and not the process: so nothing here insists on telling of a failure.
#include "engines/calls.h"
#include "engines/doing.h"
#include "node/bindings.h"
#include "node/registers.h"

#include <cstring>
#include <memory>
#include <string>

namespace mortise {

#if MORTISE_GUARDED

namespace {

struct Function {
  Function() = default;
  Function(const Function &) = delete;
  Function &operator=(const Function &) = delete;
  ~Function() { forget_function(this); }

  uintptr_t target = 0;
  CallCount *count = nullptr; // null: they aren't counted
  Signature signature;
  std::atomic<const void *> &place = function_place();

  uint64_t call(const Frame &frame) const {
    if (!is_floating(signature.result)) return call_with<uint64_t>(target, frame);
    const double result = call_with<double>(target, frame);
    uint64_t word;
    memcpy(&word, &result, sizeof word);
    return word;
  }

  // False, and an exception is pending, when a value isn't of its parameter's type.
  bool put(napi_env env, const napi_value *values, Frame &frame) const {
    for (size_t index = 0; index < signature.parameters.size(); index++) {
      const auto &parameter = signature.parameters[index];
      uint64_t word = 0;
      if (!to_word(env, values[index], parameter.type, word)) return false;
      frame.write(parameter.place, word, size_of(parameter.type));
    }
    return true;
  }
};

using Shared = std::shared_ptr<const Function>;

napi_value call(napi_env env, napi_callback_info info) {
  napi_value values[max_parameters];
  size_t count = max_parameters;
  void *data = nullptr;
  if (!js::ok(env, napi_get_cb_info(env, info, &count, values, nullptr, &data))) return nullptr;
  const Function &function = **static_cast<Shared *>(data);
  Frame frame;
  if (!function.put(env, values, frame)) return nullptr;
  uint64_t answer;
  {
    const InFunction in(function.place, &function);
    const uint32_t weight = function.count ? function.count->begin() : 0;
    if (!weight) {
      answer = function.call(frame);
    } else {
      const auto start = CallCount::Clock::now();
      answer = function.call(frame);
      function.count->took(CallCount::since(start), weight);
    }
  }
  return from_word(env, answer, function.signature.result);
}

// A call on the pool. What it was passed lives as long as JavaScript keeps it.
struct Work {
  Shared function;
  Frame frame = {};
  uint64_t result = 0;
  napi_env env = nullptr;
  napi_ref settle = nullptr;
  napi_async_work work = nullptr;

  // Each of them is there or not, and nobody is left to be told of a failure.
  ~Work() {
    if (settle) napi_delete_reference(env, settle);
    if (work) napi_delete_async_work(env, work);
  }

  static void execute(napi_env, void *data) {
    Work &self = *static_cast<Work *>(data);
    const auto start = CallCount::Clock::now();
    self.result = self.function->call(self.frame);
    if (self.function->count) self.function->count->add(CallCount::since(start));
  }

  static void complete(napi_env env, napi_status status, void *data) {
    const std::unique_ptr<Work> self(static_cast<Work *>(data));
    napi_value settle = nullptr, values[2] = {}, nothing = nullptr;
    // Where these fail, the worker is being ended.
    if (napi_get_reference_value(env, self->settle, &settle) != napi_ok ||
        napi_get_undefined(env, &nothing) != napi_ok)
      return;
    values[0] = values[1] = nothing;
    napi_value result = nullptr;
    if (status == napi_ok) result = from_word(env, self->result, self->function->signature.result);
    if (result)
      values[1] = result;
    else if (!js::take_exception(env, values[0]) &&
             napi_create_error(env, nullptr, js::from_string(env, "the call was cancelled"), &values[0]) !=
                 napi_ok)
      return;
    // What it throws is uncaught, as Node.js says of all that is called from its event loop.
    js::ok(env, napi_call_function(env, nothing, settle, 2, values, nullptr));
  }
};

// The last argument is called with an error, or undefined and the result.
napi_value call_on_pool(napi_env env, napi_callback_info info) {
  napi_value values[max_parameters + 1];
  size_t count = max_parameters + 1;
  void *data = nullptr;
  if (!js::ok(env, napi_get_cb_info(env, info, &count, values, nullptr, &data))) return nullptr;
  auto work = std::make_unique<Work>();
  work->env = env;
  work->function = *static_cast<Shared *>(data);
  if (!work->function->put(env, values, work->frame)) return nullptr;
  const napi_value settle = values[work->function->signature.parameters.size()];
  if (js::ok(env, napi_create_reference(env, settle, 1, &work->settle)) &&
      js::ok(env, napi_create_async_work(env, nullptr, js::from_string(env, "mortise.call"), Work::execute,
                                         Work::complete, work.get(), &work->work)) &&
      js::ok(env, napi_queue_async_work(env, work->work)))
    work.release();
  return nullptr;
}

napi_value make(napi_env env, napi_callback callback, const Shared &function) {
  napi_value made = nullptr;
  Shared *held = new Shared(function);
  const auto forget = [](napi_env, void *data, void *) { delete static_cast<Shared *>(data); };
  if (js::ok(env, napi_create_function(env, nullptr, 0, callback, held, &made)) &&
      js::ok(env, napi_add_finalizer(env, made, held, forget, nullptr, nullptr)))
    return made;
  delete held;
  return nullptr;
}

// bindFunction(address, result, parameters, name, count?): a function; its property `async` calls on the pool. Undefined when
// there are too many parameters. `name` says what didn't return when a signal has to end the process;
// `count` is callCount's.
napi_value bind_function(napi_env env, napi_callback_info info) {
  const js::Arguments<5> arguments(env, info);
  auto function = std::make_shared<Function>();
  std::string name;
  if (!js::read_string(env, arguments[3], name)) return nullptr;
  function->target = reinterpret_cast<uintptr_t>(js::to_address<void *>(env, arguments[0]));
  if (!to_signature(env, arguments[1], arguments[2], function->signature)) return nullptr;
  if (js::type_of(env, arguments[4]) == napi_external) {
    function->count = js::to_external<CallCount>(env, arguments[4]);
    if (!function->count) return nullptr;
  }
  name_function(function.get(), name);
  const napi_value direct = make(env, call, function), pooled = make(env, call_on_pool, function);
  return direct && pooled && js::set(env, direct, "async", pooled) ? direct : nullptr;
}

} // namespace

void define_function(napi_env env, napi_value exports) {
  js::define(env, exports, "bindFunction", bind_function);
}

#else

// src/native/functions.ts has koffi do it.
void define_function(napi_env, napi_value) {}

#endif

} // namespace mortise
