// JavaScript functions for C, whose signatures are known when the process runs.
#include "node/bindings.h"
#include "node/registers.h"

#include <map>
#include <memory>

namespace mortise {

#if MORTISE_GUARDED

namespace {

// What one thread of JavaScript answers. Lives until that ends.
class Answers {
public:
  Relay relay;
  std::map<uintptr_t, Callback *> lent; // by address

  // The one of this thread; null, and an exception is pending, when there can't be one.
  static Answers *of(napi_env env) {
    auto &known = of_thread();
    const auto place = known.find(env);
    if (place != known.end()) return place->second;
    std::unique_ptr<Answers> made(new Answers);
    made->env_ = env;
    napi_threadsafe_function waker = nullptr;
    if (!js::ok(env,
                napi_create_threadsafe_function(env, nullptr, nullptr, js::from_string(env, "mortise.answer"),
                                                1, 1, nullptr, nullptr, made.get(), drain, &waker)))
      return nullptr;
    // From here on the threadsafe function knows it: what fails leaves it in memory.
    Answers *answers = made.release();
    // A full queue is fine: the call that waits there finds what is new as well.
    answers->relay.wake = [waker] { napi_call_threadsafe_function(waker, nullptr, napi_tsfn_nonblocking); };
    // Who waits for an answer doesn't keep the process alive.
    if (!js::ok(env, napi_unref_threadsafe_function(env, waker)) ||
        !js::ok(env, napi_add_env_cleanup_hook(env, end, answers)))
      return nullptr;
    return known[env] = answers;
  }

private:
  // More than one where the addon is loaded into several contexts.
  static std::map<napi_env, Answers *> &of_thread() {
    thread_local std::map<napi_env, Answers *> answers;
    return answers;
  }

  static void drain(napi_env, napi_value, void *answers, void *) {
    static_cast<Answers *>(answers)->relay.drain();
  }

  // From now on every call fails.
  static void end(void *data) {
    Answers *self = static_cast<Answers *>(data);
    while (!self->lent.empty()) {
      const uintptr_t address = self->lent.begin()->first;
      self->lent.erase(self->lent.begin());
      give_back_callback(address);
    }
    // Never freed: its threadsafe function is about to end, and may still look at it.
    of_thread().erase(self->env_);
  }

  napi_env env_ = nullptr;
};

class Answer : public Callback {
public:
  Answer(napi_env env, Relay &relay, Signature signature)
      : Callback(relay), env_(env), signature_(std::move(signature)) {}
  ~Answer() override {
    if (function_) napi_delete_reference(env_, function_);
  }

  bool hold(napi_value function) {
    return js::ok(env_, napi_create_reference(env_, function, 1, &function_));
  }

  // What it calls catches all that it throws. What fails nevertheless is a stack without room, or the end of the worker;
  // no exception of that may be pending in C.
  uint64_t answer(const Frame &frame) override {
    napi_handle_scope scope = nullptr;
    if (napi_open_handle_scope(env_, &scope) != napi_ok) return failure;
    uint64_t word = 0;
    const bool answered = ask(frame, word);
    if (!answered) js::clear_exception(env_);
    return napi_close_handle_scope(env_, scope) == napi_ok && answered ? word : failure;
  }

private:
  bool ask(const Frame &frame, uint64_t &word) {
    napi_value values[max_parameters], function = nullptr, nothing = nullptr, result = nullptr;
    for (size_t index = 0; index < signature_.parameters.size(); index++) {
      const auto &parameter = signature_.parameters[index];
      values[index] = from_word(env_, frame.read(parameter.place), parameter.type);
      if (!values[index]) return false;
    }
    return napi_get_undefined(env_, &nothing) == napi_ok &&
           napi_get_reference_value(env_, function_, &function) == napi_ok && function &&
           napi_call_function(env_, nothing, function, signature_.parameters.size(), values, &result) ==
               napi_ok &&
           (signature_.result == Type::none || to_word(env_, result, signature_.result, word));
  }

  napi_env env_;
  Signature signature_;
  napi_ref function_ = nullptr;
};

napi_value from_address(napi_env env, uintptr_t address) {
  napi_value value = nullptr;
  return js::ok(env, napi_create_bigint_uint64(env, address, &value)) ? value : nullptr;
}

// lendCallback(function, result, parameters, failure: 64 bits, milliseconds): an address; undefined when there is none
// left. Calls on other threads wait so long for the function.
napi_value lend(napi_env env, napi_callback_info info) {
  const js::Arguments<5> arguments(env, info);
  Answers *answers = Answers::of(env);
  Signature signature;
  if (!answers || !to_signature(env, arguments[1], arguments[2], signature)) return nullptr;
  const bool floating = is_floating(signature.result);
  auto answer = std::make_unique<Answer>(env, answers->relay, std::move(signature));
  bool lossless = false;
  int64_t milliseconds = 0;
  if (!js::ok(env, napi_get_value_bigint_uint64(env, arguments[3], &answer->failure, &lossless)) ||
      !js::ok(env, napi_get_value_int64(env, arguments[4], &milliseconds)) || !answer->hold(arguments[0]))
    return nullptr;
  answer->patience = std::chrono::milliseconds(milliseconds);
  const uintptr_t address = lend_callback(answer.get(), floating);
  if (!address) return nullptr;
  answers->lent.emplace(address, answer.release());
  return from_address(env, address);
}

// giveBackCallback(address): calls of it fail from now on.
napi_value give_back(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Answers *answers = Answers::of(env);
  const uintptr_t address = reinterpret_cast<uintptr_t>(js::to_address<void *>(env, arguments[0]));
  if (answers && answers->lent.erase(address) > 0) give_back_callback(address);
  return nullptr;
}

} // namespace

void define_callback(napi_env env, napi_value exports) {
  js::define(env, exports, "lendCallback", lend);
  js::define(env, exports, "giveBackCallback", give_back);
}

#else

// src/native/functions.ts has koffi do it.
void define_callback(napi_env, napi_value) {}

#endif

} // namespace mortise
