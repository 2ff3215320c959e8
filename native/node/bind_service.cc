// Tables of services that are written in JavaScript. The functions in such a table aren't the callbacks
// themselves but guards in front of them; without guards, they are.
#include "node/bindings.h"
#include "node/values.h"
#include "node/waker.h"
#include "services/guards.h"

#include <cstring>
#include <vector>

namespace mortise {
namespace {

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

GuardedFunction to_function(uint32_t index, const Napi::Object &given) {
  const auto bits = [](const Napi::Value &value) {
    bool lossless = false; // negative ones wrap, as they should
    return value.As<Napi::BigInt>().Uint64Value(&lossless);
  };
  GuardedFunction function = {index,
                              static_cast<uintptr_t>(bits(given.Get("target"))),
                              js::flag(given.Get("floating")),
                              bits(given.Get("failure")),
                              {}};
  const Napi::Array parameters = given.Get("parameters").As<Napi::Array>();
  for (uint32_t at = 0; at < parameters.Length(); at++) {
    const Napi::Object parameter = parameters.Get(at).As<Napi::Object>();
    function.arguments.push_back({js::flag(parameter.Get("floating")), js::number(parameter.Get("size")),
                                  js::number(parameter.Get("zero")), js::flag(parameter.Get("error"))});
  }
  return function;
}

// createServiceTable(functions, onRefused): { table: handle, address }, or undefined when the process has no guards
// left. `functions` are [{ target: address, floating, failure: 64 bits, parameters: [{ floating, size, zero: bytes,
// error }] }]; `onRefused` is called, without arguments, when refusals can be drained.
Napi::Value create_service_table(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Napi::Array given = info[0].As<Napi::Array>();
  const Napi::Function on_refused = info[1].As<Napi::Function>();
  std::vector<GuardedFunction> functions;
  for (uint32_t index = 0; index < given.Length(); index++)
    functions.push_back(to_function(index, given.Get(index).As<Napi::Object>()));
  // Never freed, not even when it stays incomplete: its guards' posts name it.
  Table *table = new Table;
  table->words.push_back(0);
  for (const GuardedFunction &function : functions) {
    const uintptr_t address = take_guard(table->guards, function);
    if (!address) {
      give_back_guards(table->guards);
      return env.Undefined();
    }
    table->words.push_back(address);
  }
  const uint32_t size = static_cast<uint32_t>(table->words.size() * sizeof(uint64_t));
  memcpy(table->words.data(), &size, sizeof size);
  table->waker.open(env, on_refused, js::to_text(env, "mortise.service"));
  table->guards.wake = [table] { table->waker.wake(); };
  napi_add_env_cleanup_hook(env, close_table, table);
  Napi::Object result = Napi::Object::New(env);
  result.Set("table", js::to_handle(env, table));
  result.Set("address", js::to_address(env, table->words.data()));
  return result;
}

// setServiceMode(table, mode): 0 open, 1 strict (calls on other threads are refused), 2 closed, which stays.
void set_service_mode(const Napi::CallbackInfo &info) {
  Table &table = js::handle<Table>(info[0]);
  if (table.guards.mode() == GuardMode::closed) return;
  const GuardMode mode = static_cast<GuardMode>(js::number(info[1]));
  if (mode != GuardMode::closed) return table.guards.set_mode(mode);
  napi_remove_env_cleanup_hook(info.Env(), close_table, &table);
  table.close();
}

// drainRefusals(table): [{ function: index, plugin, calls, late: what the main thread did while the call waited in
// vain, or "" }].
Napi::Value drain_refusals(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, js::handle<Table>(info[0]).guards.take(), [env](const Refusal &refusal) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("function", js::to_number(env, static_cast<double>(refusal.function)));
    entry.Set("plugin", refusal.plugin);
    entry.Set("calls", js::to_number(env, static_cast<double>(refusal.calls)));
    entry.Set("late", refusal.late);
    return entry;
  });
}

} // namespace

void define_service(Napi::Object exports) {
  js::define<create_service_table>(exports, "createServiceTable");
  js::define<set_service_mode>(exports, "setServiceMode");
  js::define<drain_refusals>(exports, "drainRefusals");
}

} // namespace mortise
