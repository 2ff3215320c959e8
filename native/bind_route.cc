// The hot calls. Each is a JavaScript function of its own whose data says chain and slot, so that a call
// fetches nothing but strings: no handle is unwrapped, nothing is allocated, nothing is returned.
#include "bindings.h"
#include "chain.h"
#include "js.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
      env, chain, [](napi_env, void *pointer, void *) { delete static_cast<Chain *>(pointer); }, nullptr,
      &handle);
  return handle;
}

// What one routing function works on. Owned by that function; keeps chain and slot memory alive.
struct Call {
  Chain *chain;
  Slot slot;
  std::vector<char> room; // for the strings of one call
  napi_ref chain_handle;
  napi_ref memory;

  Call(Chain *of, void *bytes, size_t size, uint32_t parameters) : chain(of), slot(bytes, size, parameters) {}

  static constexpr size_t most_room_kept = 1024 * 1024;

  static void release(napi_env env, void *data, void *) {
    Call *call = static_cast<Call *>(data);
    napi_delete_reference(env, call->chain_handle);
    napi_delete_reference(env, call->memory);
    delete call;
  }

  // Appends a JavaScript string to the room, which grows for it; false when it is no string.
  bool append(napi_env env, napi_value string, size_t &used, size_t &size) {
    if (room.size() < used + 16) room.resize(used + 4096);
    if (napi_get_value_string_utf8(env, string, room.data() + used, room.size() - used, &size) != napi_ok)
      return false;
    // A character that doesn't fit is left out whole, so a cut text can be up to 3 bytes short.
    if (used + size + 4 >= room.size()) {
      napi_get_value_string_utf8(env, string, nullptr, 0, &size);
      room.resize((used + size) * 2 + 8);
      napi_get_value_string_utf8(env, string, room.data() + used, room.size() - used, &size);
    }
    used += size;
    return true;
  }

  // The call's strings: the SQL unless it is kept, then the parameters that are arguments. They lie in the
  // room one after the other, and `sql` and `texts` point there. False when one is no string.
  bool gather(napi_env env, const napi_value *strings, mortise_text &sql, mortise_text *texts) {
    const uint32_t count = std::min(slot.parameter_count(), argument_parameters);
    size_t used = 0, size = 0;
    if (!append(env, strings[0], used, size)) return false;
    sql.size = size;
    for (uint32_t i = 0; i < count; i++) {
      if (!slot.is_argument(i)) continue;
      if (!append(env, strings[i + 1], used, size)) return false;
      texts[i].size = size;
    }
    // Only now: the room may have moved while it grew.
    const char *at = room.data();
    sql.data = at;
    at += sql.size;
    for (uint32_t i = 0; i < count; i++) {
      if (!slot.is_argument(i)) continue;
      texts[i].data = at;
      at += texts[i].size;
    }
    return true;
  }
};

// Asks about what stands in the slot. The answer lies in the slot.
napi_value decide(napi_env env, Call *call, mortise_text sql, const mortise_text *texts) {
  if (!call->slot.read(texts)) {
    napi_throw_range_error(env, nullptr, "mortise: the parameters don't fit the slot");
    return nullptr;
  }
  call->slot.context.sql = sql;
  call->chain->decide(call->slot.context, *call->slot.header);
  return nullptr;
}

// askKept(): the SQL is kept and no parameter is an argument.
napi_value ask_kept(napi_env env, napi_callback_info info) {
  void *data;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  Call *call = static_cast<Call *>(data);
  const mortise_text none[argument_parameters] = {};
  return decide(env, call, call->chain->kept(call->slot.header->statement), none);
}

// ask(sql, p0, p1, p2, p3): the SQL is read unless the slot names a kept one, and those parameters that the
// slot calls arguments.
napi_value ask(napi_env env, napi_callback_info info) {
  napi_value strings[1 + argument_parameters];
  size_t count = 1 + argument_parameters;
  void *data;
  napi_get_cb_info(env, info, &count, strings, nullptr, &data);
  Call *call = static_cast<Call *>(data);
  mortise_text sql, texts[argument_parameters] = {};
  if (!call->gather(env, strings, sql, texts)) {
    napi_throw_type_error(env, nullptr, "mortise: the SQL or a parameter is no string");
    return nullptr;
  }
  decide(env, call, sql, texts);
  if (call->room.size() > Call::most_room_kept) std::vector<char>().swap(call->room);
  return nullptr;
}

// createQuestion(chain, arrayBuffer, parameterCapacity): { ask, askKept }, which share the slot.
napi_value create_question(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  void *bytes = nullptr;
  size_t size = 0;
  uint32_t parameters = 0;
  if (!chain) return nullptr;
  if (napi_get_arraybuffer_info(env, arguments[1], &bytes, &size) != napi_ok ||
      napi_get_value_uint32(env, arguments[2], &parameters) != napi_ok ||
      size < sizeof(SlotHeader) + parameters * sizeof(SlotParameter)) {
    napi_throw_type_error(env, nullptr,
                          "mortise: createQuestion needs an ArrayBuffer that holds the parameters");
    return nullptr;
  }
  // Two functions, each the owner of its own Call on the same memory.
  napi_value question;
  napi_create_object(env, &question);
  for (const auto &[name, callback] : {std::pair("ask", &ask), std::pair("askKept", &ask_kept)}) {
    auto call = std::make_unique<Call>(chain, bytes, size, parameters);
    napi_create_reference(env, arguments[0], 1, &call->chain_handle);
    napi_create_reference(env, arguments[1], 1, &call->memory);
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, call.get(), &function);
    napi_add_finalizer(env, function, call.release(), Call::release, nullptr, nullptr);
    js::set(env, question, name, function);
  }
  return question;
}

// keepSql(chain, sql): the statement's number. forgetSql(chain, number).
napi_value keep_sql(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  return chain ? js::from_number(env, chain->keep(js::to_string(env, arguments[1]))) : nullptr;
}

napi_value forget_sql(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  uint32_t statement = 0;
  napi_get_value_uint32(env, arguments[1], &statement);
  if (chain) chain->forget(statement);
  return nullptr;
}

// empty(): the floor that benchmarks compare with.
napi_value empty(napi_env, napi_callback_info) {
  return nullptr;
}

} // namespace

void define_route(napi_env env, napi_value exports) {
  js::define(env, exports, "createChain", create_chain);
  js::define(env, exports, "createQuestion", create_question);
  js::define(env, exports, "keepSql", keep_sql);
  js::define(env, exports, "forgetSql", forget_sql);
  js::define(env, exports, "empty", empty);
}

} // namespace mortise
