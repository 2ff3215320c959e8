// The hot calls. Each is a JavaScript function of its own whose data says chain and slot, so that a call
// fetches nothing but the SQL: no handle is unwrapped, nothing is allocated, nothing is returned.
#include "bindings.h"
#include "chain.h"
#include "js.h"

#include <memory>
#include <string>

namespace mortise {
namespace {

// createChain(plugins): a handle; the plugins' indices in it are what a slot's decider and faults name.
napi_value create_chain(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  Chain *chain = new Chain();
  js::each(env, arguments[0], [&](uint32_t, napi_value item) {
    Plugin *plugin = js::to_external<Plugin>(env, item);
    if (plugin && plugin->entries.route) chain->routes.push_back(plugin->entries.route);
  });
  napi_value handle;
  napi_create_external(
      env, chain, [](napi_env, void *pointer, void *) { delete static_cast<Chain *>(pointer); }, nullptr, &handle);
  return handle;
}

// What one routing function works on. Owned by that function; keeps chain and slot memory alive.
struct Call {
  Chain *chain;
  Slot slot;
  mortise_context context;
  std::string sql; // prepared, or room for the SQL of the call
  napi_ref chain_handle;
  napi_ref memory;

  Call(Chain *of, void *bytes, size_t size, uint32_t parameters) : chain(of), slot(bytes, size, parameters), context() {}

  static void release(napi_env env, void *data, void *) {
    Call *call = static_cast<Call *>(data);
    napi_delete_reference(env, call->chain_handle);
    napi_delete_reference(env, call->memory);
    delete call;
  }
};

// The answer lies in the slot.
napi_value decide(napi_env env, Call *call, const char *sql, size_t size) {
  if (!call->slot.read(call->context)) {
    napi_throw_range_error(env, nullptr, "mortise: the parameters don't fit the slot");
    return nullptr;
  }
  call->context.sql = {sql, size};
  call->chain->decide(call->context, *call->slot.header);
  return nullptr;
}

napi_value route(napi_env env, napi_callback_info info) {
  napi_value sql;
  size_t count = 1, size = 0;
  void *data;
  napi_get_cb_info(env, info, &count, &sql, nullptr, &data);
  Call *call = static_cast<Call *>(data);
  std::string &room = call->sql;
  if (napi_get_value_string_utf8(env, sql, room.data(), room.size(), &size) != napi_ok) {
    napi_throw_type_error(env, nullptr, "mortise: the SQL is no string");
    return nullptr;
  }
  // A UTF-8 sequence of 4 bytes may be left out whole, so a cut text can be up to 4 bytes short.
  if (size + 4 >= room.size()) {
    napi_get_value_string_utf8(env, sql, nullptr, 0, &size);
    std::string whole(size + 1, '\0');
    napi_get_value_string_utf8(env, sql, whole.data(), whole.size(), &size);
    return decide(env, call, whole.data(), size);
  }
  return decide(env, call, room.data(), size);
}

napi_value route_prepared(napi_env env, napi_callback_info info) {
  void *data;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  Call *call = static_cast<Call *>(data);
  return decide(env, call, call->sql.data(), call->sql.size());
}

// createRoute(chain, arrayBuffer, parameterCapacity, sql?): a function that asks the chain. With `sql` it
// takes no argument, else the SQL.
napi_value create_route(napi_env env, napi_callback_info info) {
  const js::Arguments<4> arguments(env, info);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  void *bytes = nullptr;
  size_t size = 0;
  uint32_t parameters = 0;
  if (!chain) return nullptr;
  if (napi_get_arraybuffer_info(env, arguments[1], &bytes, &size) != napi_ok ||
      napi_get_value_uint32(env, arguments[2], &parameters) != napi_ok ||
      size < sizeof(SlotHeader) + parameters * sizeof(SlotParameter)) {
    napi_throw_type_error(env, nullptr, "mortise: createRoute needs an ArrayBuffer that holds the parameters");
    return nullptr;
  }
  const bool prepared = js::type_of(env, arguments[3]) == napi_string;
  auto call = std::make_unique<Call>(chain, bytes, size, parameters);
  call->sql = prepared ? js::to_string(env, arguments[3]) : std::string(64 * 1024, '\0');
  napi_create_reference(env, arguments[0], 1, &call->chain_handle);
  napi_create_reference(env, arguments[1], 1, &call->memory);
  napi_value function;
  napi_create_function(env, prepared ? "routePrepared" : "route", NAPI_AUTO_LENGTH, prepared ? route_prepared : route,
                       call.get(), &function);
  napi_add_finalizer(env, function, call.release(), Call::release, nullptr, nullptr);
  return function;
}

// empty(): the floor that benchmarks compare with.
napi_value empty(napi_env, napi_callback_info) { return nullptr; }

} // namespace

void define_route(napi_env env, napi_value exports) {
  js::define(env, exports, "createChain", create_chain);
  js::define(env, exports, "createRoute", create_route);
  js::define(env, exports, "empty", empty);
}

} // namespace mortise
