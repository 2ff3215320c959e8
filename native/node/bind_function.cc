// C functions for JavaScript, whose signatures are known when the process runs: called on this thread or on Node.js's
// pool; and JavaScript functions for C. A status that Node-API gives is taken as it is: when a worker is being
// ended, nothing of JavaScript can be made or thrown any more, and that must end the worker and not the process.
#include "node/bindings.h"
#include "node/js.h"
#include "services/callbacks.h"

#include <map>
#include <memory>
#include <vector>

namespace mortise {

#if MORTISE_GUARDED

namespace {

// In the order of src/native/functions.ts.
enum class Type : uint32_t { none, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, address };

size_t size_of(Type type) {
  switch (type) {
  case Type::i8:
  case Type::u8:
    return 1;
  case Type::i16:
  case Type::u16:
    return 2;
  case Type::i32:
  case Type::u32:
  case Type::f32:
    return 4;
  default:
    return 8;
  }
}

bool is_floating(Type type) {
  return type == Type::f32 || type == Type::f64;
}

constexpr size_t max_parameters = 12;

struct Signature {
  Type result;
  struct Parameter {
    Type type;
    Place place;
  };
  std::vector<Parameter> parameters;
};

// False when the arguments don't fit.
bool to_signature(napi_env env, napi_value result, napi_value parameters, Signature &signature) {
  uint32_t number = 0;
  napi_get_value_uint32(env, result, &number);
  signature.result = static_cast<Type>(number);
  Arguments places;
  js::each(env, parameters, [&](uint32_t, napi_value item) {
    uint32_t kind = 0;
    napi_get_value_uint32(env, item, &kind);
    const Type type = static_cast<Type>(kind);
    signature.parameters.push_back({type, places.next(is_floating(type), size_of(type))});
  });
  return places.fits() && signature.parameters.size() <= max_parameters;
}

uint64_t address_in(napi_env env, napi_value value) {
  void *data = nullptr;
  size_t length = 0;
  if (napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr) == napi_ok ||
      napi_get_arraybuffer_info(env, value, &data, &length) == napi_ok)
    return reinterpret_cast<uintptr_t>(data);
  return 0;
}

// What JavaScript gave, as a register holds it.
uint64_t to_word(napi_env env, napi_value value, Type type) {
  if (is_floating(type)) {
    double number = 0;
    napi_get_value_double(env, value, &number);
    const float shorter = static_cast<float>(number);
    uint64_t word = 0;
    if (type == Type::f32)
      memcpy(&word, &shorter, sizeof shorter);
    else
      memcpy(&word, &number, sizeof number);
    return word;
  }
  int64_t integer = 0;
  if (napi_get_value_int64(env, value, &integer) == napi_ok) return static_cast<uint64_t>(integer);
  if (type == Type::address) {
    const uint64_t address = address_in(env, value);
    if (address != 0) return address;
  }
  uint64_t word = 0; // two's complement, of negative numbers as well
  bool lossless = false;
  napi_get_value_bigint_uint64(env, value, &word, &lossless);
  return word;
}

// What C gave, as JavaScript gets it: a bigint where a number doesn't hold it.
napi_value from_word(napi_env env, uint64_t word, Type type) {
  napi_value value = nullptr;
  switch (type) {
  case Type::none:
    napi_get_undefined(env, &value);
    break;
  case Type::i8:
    napi_create_int32(env, static_cast<int8_t>(word), &value);
    break;
  case Type::u8:
    napi_create_uint32(env, static_cast<uint8_t>(word), &value);
    break;
  case Type::i16:
    napi_create_int32(env, static_cast<int16_t>(word), &value);
    break;
  case Type::u16:
    napi_create_uint32(env, static_cast<uint16_t>(word), &value);
    break;
  case Type::i32:
    napi_create_int32(env, static_cast<int32_t>(word), &value);
    break;
  case Type::u32:
    napi_create_uint32(env, static_cast<uint32_t>(word), &value);
    break;
  case Type::i64: {
    const int64_t integer = static_cast<int64_t>(word);
    if (integer >= -9007199254740991 && integer <= 9007199254740991)
      napi_create_int64(env, integer, &value);
    else
      napi_create_bigint_int64(env, integer, &value);
    break;
  }
  case Type::u64:
  case Type::address:
    if (word <= 9007199254740991u)
      napi_create_int64(env, static_cast<int64_t>(word), &value);
    else
      napi_create_bigint_uint64(env, word, &value);
    break;
  case Type::f32: {
    float number = 0;
    memcpy(&number, &word, sizeof number);
    napi_create_double(env, static_cast<double>(number), &value);
    break;
  }
  case Type::f64: {
    double number = 0;
    memcpy(&number, &word, sizeof number);
    napi_create_double(env, number, &value);
    break;
  }
  }
  return value;
}

struct Function {
  uintptr_t target;
  Signature signature;

  uint64_t call(const Frame &frame) const {
    if (!is_floating(signature.result)) return call_with<uint64_t>(target, frame);
    const double result = call_with<double>(target, frame);
    uint64_t word;
    memcpy(&word, &result, sizeof word);
    return word;
  }

  void put(napi_env env, const napi_value *values, Frame &frame) const {
    for (size_t index = 0; index < signature.parameters.size(); index++) {
      const auto &parameter = signature.parameters[index];
      frame.write(parameter.place, to_word(env, values[index], parameter.type), size_of(parameter.type));
    }
  }
};

using Shared = std::shared_ptr<const Function>;

napi_value call(napi_env env, napi_callback_info info) {
  napi_value values[max_parameters];
  size_t count = max_parameters;
  void *data = nullptr;
  if (napi_get_cb_info(env, info, &count, values, nullptr, &data) != napi_ok) return nullptr;
  const Function &function = **static_cast<Shared *>(data);
  Frame frame;
  function.put(env, values, frame);
  return from_word(env, function.call(frame), function.signature.result);
}

// A call on the pool. What it was passed lives as long as JavaScript keeps it.
struct Work {
  Shared function;
  Frame frame = {};
  uint64_t result = 0;
  napi_ref settle = nullptr;
  napi_async_work work = nullptr;

  static void execute(napi_env, void *data) {
    Work &self = *static_cast<Work *>(data);
    self.result = self.function->call(self.frame);
  }

  static void complete(napi_env env, napi_status status, void *data) {
    const std::unique_ptr<Work> self(static_cast<Work *>(data));
    napi_value settle = nullptr, nothing = nullptr, values[2] = {};
    napi_get_reference_value(env, self->settle, &settle);
    napi_get_undefined(env, &nothing);
    values[0] = nothing;
    if (status == napi_ok)
      values[1] = from_word(env, self->result, self->function->signature.result);
    else
      napi_create_error(env, nullptr, js::from_string(env, "the call was cancelled"), &values[0]);
    if (!values[1]) values[1] = nothing;
    if (settle) napi_call_function(env, nothing, settle, 2, values, nullptr);
    if (self->settle) napi_delete_reference(env, self->settle);
    napi_delete_async_work(env, self->work);
  }
};

// The last argument is called with an error, or undefined and the result.
napi_value call_on_pool(napi_env env, napi_callback_info info) {
  napi_value values[max_parameters + 1];
  size_t count = max_parameters + 1;
  void *data = nullptr;
  if (napi_get_cb_info(env, info, &count, values, nullptr, &data) != napi_ok) return nullptr;
  auto work = std::make_unique<Work>();
  work->function = *static_cast<Shared *>(data);
  work->function->put(env, values, work->frame);
  const napi_value settle = values[work->function->signature.parameters.size()];
  if (napi_create_reference(env, settle, 1, &work->settle) != napi_ok ||
      napi_create_async_work(env, nullptr, js::from_string(env, "mortise.call"), Work::execute,
                             Work::complete, work.get(), &work->work) != napi_ok)
    return nullptr;
  if (napi_queue_async_work(env, work->work) == napi_ok) work.release();
  return nullptr;
}

napi_value make(napi_env env, napi_callback callback, const Shared &function) {
  napi_value made = nullptr;
  Shared *held = new Shared(function);
  const auto forget = [](napi_env, void *data, void *) { delete static_cast<Shared *>(data); };
  if (napi_create_function(env, nullptr, 0, callback, held, &made) != napi_ok ||
      napi_add_finalizer(env, made, held, forget, nullptr, nullptr) != napi_ok) {
    delete held;
    return nullptr;
  }
  return made;
}

// bindFunction(address, result, parameters): a function; its property `async` calls on the pool. Undefined when there
// are too many parameters.
napi_value bind_function(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  auto function = std::make_shared<Function>();
  function->target = reinterpret_cast<uintptr_t>(js::to_address<void *>(env, arguments[0]));
  if (!to_signature(env, arguments[1], arguments[2], function->signature)) return nullptr;
  const napi_value direct = make(env, call, function), pooled = make(env, call_on_pool, function);
  if (direct && pooled) js::set(env, direct, "async", pooled);
  return direct;
}

// What one thread of JavaScript answers. Lives until that ends.
class Answers {
public:
  Relay relay;
  std::map<uintptr_t, Callback *> lent; // by address

  // The one of this thread.
  static Answers *of(napi_env env) {
    auto &known = of_thread();
    const auto place = known.find(env);
    if (place != known.end()) return place->second;
    std::unique_ptr<Answers> made(new Answers);
    made->env_ = env;
    if (napi_create_threadsafe_function(env, nullptr, nullptr, js::from_string(env, "mortise.answer"), 1, 1,
                                        nullptr, nullptr, made.get(), drain, &made->waker_) != napi_ok)
      return nullptr;
    napi_unref_threadsafe_function(env,
                                   made->waker_); // who waits for an answer doesn't keep the process alive
    const napi_threadsafe_function waker = made->waker_;
    made->relay.wake = [waker] { napi_call_threadsafe_function(waker, nullptr, napi_tsfn_nonblocking); };
    napi_add_env_cleanup_hook(env, end, made.get());
    return known[env] = made.release();
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
  napi_threadsafe_function waker_ = nullptr;
};

class Answer : public Callback {
public:
  Answer(napi_env env, Relay &relay, Signature signature)
      : Callback(relay), env_(env), signature_(std::move(signature)) {}
  ~Answer() override {
    if (function_) napi_delete_reference(env_, function_);
  }

  bool hold(napi_value function) { return napi_create_reference(env_, function, 1, &function_) == napi_ok; }

  uint64_t answer(const Frame &frame) override {
    napi_handle_scope scope;
    if (napi_open_handle_scope(env_, &scope) != napi_ok) return failure;
    const uint64_t word = ask(frame);
    napi_close_handle_scope(env_, scope);
    return word;
  }

private:
  uint64_t ask(const Frame &frame) {
    napi_value values[max_parameters], function = nullptr, nothing = nullptr, result = nullptr;
    for (size_t index = 0; index < signature_.parameters.size(); index++) {
      const auto &parameter = signature_.parameters[index];
      values[index] = from_word(env_, frame.read(parameter.place), parameter.type);
    }
    napi_get_undefined(env_, &nothing);
    if (napi_get_reference_value(env_, function_, &function) != napi_ok || !function) return failure;
    if (napi_call_function(env_, nothing, function, signature_.parameters.size(), values, &result) == napi_ok)
      return signature_.result == Type::none ? 0 : to_word(env_, result, signature_.result);
    // What it called catches all that it throws; this is a stack without room, or the end of the worker.
    bool pending = false;
    napi_value thrown = nullptr;
    if (napi_is_exception_pending(env_, &pending) == napi_ok && pending)
      napi_get_and_clear_last_exception(env_, &thrown);
    return failure;
  }

  napi_env env_;
  Signature signature_;
  napi_ref function_ = nullptr;
};

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
  napi_get_value_bigint_uint64(env, arguments[3], &answer->failure, &lossless);
  napi_get_value_int64(env, arguments[4], &milliseconds);
  answer->patience = std::chrono::milliseconds(milliseconds);
  if (!answer->hold(arguments[0])) return nullptr;
  const uintptr_t address = lend_callback(answer.get(), floating);
  if (!address) return nullptr;
  answers->lent.emplace(address, answer.release());
  napi_value result = nullptr;
  napi_create_bigint_uint64(env, address, &result);
  return result;
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

void define_function(napi_env env, napi_value exports) {
  js::define(env, exports, "bindFunction", bind_function);
  js::define(env, exports, "lendCallback", lend);
  js::define(env, exports, "giveBackCallback", give_back);
}

#else

// src/native/functions.ts has koffi do it.
void define_function(napi_env, napi_value) {}

#endif

} // namespace mortise
