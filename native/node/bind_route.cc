// The hot calls. The same few functions serve all routing, because V8 calls a function that it knows faster
// than one of several; which question is meant stands in a word that JavaScript shares. So a
// call fetches nothing but strings: no handle is unwrapped, nothing is allocated, nothing is returned.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "routing/chain.h"
#include "engines/doing.h"
#include "node/js.h"
#include "node/sql_summary.h"
#include "host/plugin.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mortise {
namespace {

// V8 collects what holds memory sooner when it knows how much.
void tell_memory(napi_env env, int64_t change) {
  int64_t total = 0;
  // It only fails for want of a place for the total.
  napi_adjust_external_memory(env, change, &total);
}

// createChain(host): a handle to a chain without links; without a host, one whose queries have no trees.
napi_value create_chain(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = nullptr;
  if (js::type_of(env, arguments[0]) == napi_external) {
    host = js::to_external<BoundHost>(env, arguments[0]);
    if (!host) return nullptr;
  }
  napi_value handle = nullptr;
  auto made = std::make_unique<Chain>(host ? &host->sql : nullptr);
  const auto forget = [](napi_env end, void *pointer, void *) {
    const Chain *chain = static_cast<Chain *>(pointer);
    tell_memory(end, -chain->kept_bytes());
    delete chain;
  };
  if (!js::ok(env, napi_create_external(env, made.get(), forget, nullptr, &handle))) return nullptr;
  made.release();
  return handle;
}

// relinkChain(chain, plugins): the plugins' indices are what a slot's decider and faults name.
napi_value relink_chain(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  if (!chain) return nullptr;
  std::vector<Link> links;
  std::vector<CallCount *> counts;
  const bool read = js::each(env, arguments[1], [&](uint32_t, napi_value item) {
    Plugin *plugin = js::to_external<Plugin>(env, item);
    if (!plugin) return false;
    if (!plugin->link.function && !plugin->entries.route) return true;
    links.push_back(plugin->link.function ? plugin->link : plugin_link(plugin->entries.route));
    if (plugin->calls) counts.push_back(&plugin->calls->of(plugin->name, plugin->route_entry));
    name_function(links.back().context, std::string(plugin->route_entry) + " of " + plugin->name);
    return true;
  });
  if (read) chain->relink(std::move(links), std::move(counts));
  return nullptr;
}

// A chain and a slot. Owned by a handle, which keeps chain and slot memory alive.
struct Question {
  Chain *chain;
  Slot slot;
  std::vector<char> buffer; // for the strings of one call
  const std::unique_ptr<const mortise_statement> statement;
  napi_ref chain_handle = nullptr;
  napi_ref memory = nullptr;

  Question(Chain *of, void *bytes, size_t size, uint32_t parameters)
      : chain(of), slot(bytes, size, parameters), statement(of->statement(*slot.header)) {
    slot.header->context.statement = statement.get();
  }

  static constexpr size_t max_buffer_kept = 1024 * 1024;

  void trim() {
    if (buffer.size() > max_buffer_kept) std::vector<char>().swap(buffer);
  }

  // Appends a JavaScript string to the buffer, which grows for it; false when it isn't a string.
  bool append(napi_env env, napi_value string, size_t &used, size_t &size) {
    if (buffer.size() < used + 16) buffer.resize(used + 4096);
    if (napi_get_value_string_utf8(env, string, buffer.data() + used, buffer.size() - used, &size) != napi_ok)
      return false;
    // A character that doesn't fit is left out whole, so a cut text can be up to 3 bytes short.
    if (used + size + 4 >= buffer.size()) {
      if (napi_get_value_string_utf8(env, string, nullptr, 0, &size) != napi_ok) return false;
      // Twice as much, so that the next one fits too; a large one stands alone.
      const size_t needed = used + size + 8;
      buffer.resize(needed > max_buffer_kept ? needed : needed * 2);
      if (napi_get_value_string_utf8(env, string, buffer.data() + used, buffer.size() - used, &size) !=
          napi_ok)
        return false;
    }
    used += size;
    return true;
  }

  // The call's strings: the SQL, then the parameters that are arguments. They lie in the
  // buffer one after the other, and `sql` and `texts` point there. False when one isn't a string.
  bool gather(napi_env env, const napi_value *strings, mortise_text &sql, mortise_text *texts) {
    const uint32_t count = std::min(slot.long_count(), argument_parameters);
    size_t used = 0, size = 0;
    if (!append(env, strings[0], used, size)) return false;
    sql.size = size;
    for (uint32_t i = 0; i < count; i++) {
      if (!slot.is_argument(i)) continue;
      if (!append(env, strings[i + 1], used, size)) return false;
      texts[i].size = size;
    }
    // Only now: the buffer may have moved while it grew.
    const char *at = buffer.data();
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

// The questions of one JavaScript environment. A worker has its own.
struct Questions {
  const uint32_t *current = nullptr; // the index of the question that is meant
  std::vector<Question *> all;
  std::vector<uint32_t> free;

  Question *find() const { return *current < all.size() ? all[*current] : nullptr; }
};

// The environment that came first has its questions in plain statics, because asking Node-API for them costs
// a third of what the rest of a call does. Others, which are workers, ask. `first_questions` is written and
// read only by the thread of the environment that `first` names.
std::atomic<napi_env> first{nullptr};
Questions *first_questions = nullptr;

void claim_first(napi_env env, Questions *questions) {
  napi_env nobody = nullptr;
  if (!first.compare_exchange_strong(nobody, env, std::memory_order_acquire)) return;
  first_questions = questions;
  // Before the environment ends: another may get its address.
  napi_add_env_cleanup_hook(
      env,
      [](void *) {
        first_questions = nullptr;
        first.store(nullptr, std::memory_order_release);
      },
      nullptr);
}

Question *current_question(napi_env env) {
  if (first.load(std::memory_order_relaxed) == env) return first_questions->find();
  void *data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Questions *>(data)->find();
}

void release_question(napi_env env, void *pointer, void *hint) {
  std::unique_ptr<Question> question(static_cast<Question *>(pointer));
  Questions *questions = static_cast<Questions *>(hint);
  for (uint32_t index = 0; index < questions->all.size(); index++) {
    if (questions->all[index] != question.get()) continue;
    questions->all[index] = nullptr;
    questions->free.push_back(index);
  }
  for (const napi_ref reference : {question->chain_handle, question->memory})
    if (reference) napi_delete_reference(env, reference);
}

napi_value no_question(napi_env env) {
  napi_throw_range_error(env, nullptr, "mortise: there is no such question");
  return nullptr;
}

// askShort(): the slot names kept SQL, and its parameters are short.
napi_value ask_short(napi_env env, napi_callback_info) {
  Question *question = current_question(env);
  if (!question || !question->slot.read_short()) return no_question(env);
  SlotHeader &header = *question->slot.header;
  question->chain->describe(header.statement, header.context);
  question->chain->decide(header);
  return nullptr;
}

// The question that is meant, with the SQL and those parameters that the slot calls arguments; null, and an exception
// is pending, when they don't fit.
Question *read_question(napi_env env, napi_callback_info info) {
  napi_value strings[1 + argument_parameters];
  size_t count = 1 + argument_parameters;
  if (!js::ok(env, napi_get_cb_info(env, info, &count, strings, nullptr, nullptr))) return nullptr;
  Question *question = current_question(env);
  if (!question) {
    no_question(env);
    return nullptr;
  }
  mortise_text sql, texts[argument_parameters] = {};
  if (!question->gather(env, strings, sql, texts)) {
    napi_throw_type_error(env, nullptr, "mortise: the SQL or a parameter is not a string");
    return nullptr;
  }
  Slot &slot = question->slot;
  if (!slot.read_long(texts)) {
    napi_throw_range_error(env, nullptr, "mortise: the parameters don't fit the slot");
    return nullptr;
  }
  // The text is of a buffer of its own, which is not the kept one.
  question->chain->declare(std::exchange(slot.header->statement, 0), slot.header->context);
  slot.header->context.sql = sql;
  return question;
}

// ask(sql, p0, p1, p2, p3): the SQL, and those parameters that the slot calls arguments.
napi_value ask(napi_env env, napi_callback_info info) {
  Question *question = read_question(env, info);
  if (!question) return nullptr;
  question->chain->decide(*question->slot.header);
  question->trim();
  return nullptr;
}

// explain(sql, p0, p1, p2, p3): asks the same, and answers four numbers for each plugin that was asked: nanoseconds,
// whether it decided, and kind and value of its fault, or 0.
napi_value explain(napi_env env, napi_callback_info info) {
  Question *question = read_question(env, info);
  if (!question) return nullptr;
  const std::vector<Asked> asked = question->chain->explain(*question->slot.header);
  question->trim();
  napi_value numbers = nullptr;
  if (!js::ok(env, napi_create_array(env, &numbers))) return nullptr;
  uint32_t at = 0;
  for (const Asked &one : asked) {
    const double four[] = {static_cast<double>(one.nanoseconds), one.decided ? 1.0 : 0.0,
                           static_cast<double>(one.fault.kind), one.fault.value};
    for (const double number : four)
      if (!js::ok(env, napi_set_element(env, numbers, at++, js::from_number(env, number)))) return nullptr;
  }
  return numbers;
}

// createQuestion(chain, arrayBuffer, parameterCapacity): { handle, index }. The question lives as long as the
// handle.
napi_value create_question(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  Questions *questions = static_cast<Questions *>(arguments.data);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  void *bytes = nullptr;
  size_t size = 0;
  uint32_t parameters = 0;
  if (!chain) return nullptr;
  if (napi_get_arraybuffer_info(env, arguments[1], &bytes, &size) != napi_ok ||
      napi_get_value_uint32(env, arguments[2], &parameters) != napi_ok || size < slot_size(parameters)) {
    napi_throw_type_error(env, nullptr,
                          "mortise: createQuestion needs an ArrayBuffer that holds the parameters");
    return nullptr;
  }
  auto question = std::make_unique<Question>(chain, bytes, size, parameters);
  napi_value result = nullptr, handle = nullptr;
  if (!js::ok(env, napi_create_object(env, &result)) ||
      !js::ok(env, napi_create_external(env, question.get(), release_question, questions, &handle)))
    return nullptr;
  Question *made = question.release(); // the handle's from here on
  if (!js::ok(env, napi_create_reference(env, arguments[0], 1, &made->chain_handle)) ||
      !js::ok(env, napi_create_reference(env, arguments[1], 1, &made->memory)))
    return nullptr;
  if (questions->free.empty()) {
    questions->free.push_back(static_cast<uint32_t>(questions->all.size()));
    questions->all.push_back(nullptr);
  }
  const uint32_t index = questions->free.back();
  questions->free.pop_back();
  questions->all[index] = made;
  return js::set(env, result, "handle", handle) && js::set(env, result, "index", js::from_number(env, index))
             ? result
             : nullptr;
}

// A Uint32Array, or nothing.
bool read_types(napi_env env, napi_value given, std::vector<uint32_t> &types) {
  if (js::type_of(env, given) == napi_undefined) return true;
  napi_typedarray_type kind = napi_uint32_array;
  size_t count = 0;
  void *data = nullptr;
  if (!js::ok(env, napi_get_typedarray_info(env, given, &kind, &count, &data, nullptr, nullptr)))
    return false;
  const uint32_t *first = static_cast<const uint32_t *>(data);
  if (kind == napi_uint32_array && count > 0) types.assign(first, first + count);
  return true;
}

// keepSql(chain, sql, types?): the statement's number; `types` is a Uint32Array. forgetSql(chain, number).
napi_value keep_sql(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  std::string sql;
  std::vector<uint32_t> types;
  if (!chain || !js::read_string(env, arguments[1], sql) || !read_types(env, arguments[2], types))
    return nullptr;
  const int64_t before = chain->kept_bytes();
  const uint32_t statement = chain->keep(sql, std::move(types));
  tell_memory(env, chain->kept_bytes() - before);
  return js::from_number(env, statement);
}

napi_value forget_sql(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  Chain *chain = js::to_external<Chain>(env, arguments[0]);
  uint32_t statement = 0;
  if (!chain || !js::ok(env, napi_get_value_uint32(env, arguments[1], &statement))) return nullptr;
  const int64_t before = chain->kept_bytes();
  chain->forget(statement);
  tell_memory(env, chain->kept_bytes() - before);
  return nullptr;
}

// summariseSql(chain, sql): what a plugin would read of it.
Napi::Value summarise_sql(const Napi::CallbackInfo &info) {
  return to_summary(info.Env(), js::handle<Chain>(info[0]).summary(js::text(info[1])));
}

// identifySql(chain, sql): { fingerprint?: bigint, normalised?: string }, as libpg_query has them.
Napi::Value identify_sql(const Napi::CallbackInfo &info) {
  Chain &chain = js::handle<Chain>(info[0]);
  const std::string sql = js::text(info[1]);
  Napi::Object identity = Napi::Object::New(info.Env());
  if (const uint64_t *fingerprint = chain.fingerprint(sql))
    identity.Set("fingerprint", Napi::BigInt::New(info.Env(), *fingerprint));
  if (const std::string *normalised = chain.normalised(sql))
    identity.Set("normalised", Napi::String::New(info.Env(), *normalised));
  return identity;
}

// sqlParsers(chain): a number that changes with the parser.
Napi::Value sql_parsers(const Napi::CallbackInfo &info) {
  return js::to_number(info.Env(), js::handle<Chain>(info[0]).parsers());
}

// empty(): the floor that benchmarks compare with.
napi_value empty(napi_env, napi_callback_info) {
  return nullptr;
}

} // namespace

void define_route(napi_env env, napi_value exports) {
  js::define(env, exports, "createChain", js::allocating<create_chain>);
  js::define(env, exports, "relinkChain", js::allocating<relink_chain>);
  js::define(env, exports, "keepSql", js::allocating<keep_sql>);
  js::define(env, exports, "forgetSql", forget_sql);
  js::define(env, exports, "empty", empty);
  js::define<summarise_sql>(Napi::Object(env, exports), "summariseSql");
  js::define<identify_sql>(Napi::Object(env, exports), "identifySql");
  js::define<sql_parsers>(Napi::Object(env, exports), "sqlParsers");

  // Never freed: handles may be collected while the environment is torn down, in any order.
  Questions *questions = new Questions();
  void *word = nullptr;
  napi_value buffer = nullptr, current = nullptr;
  napi_ref kept = nullptr;
  if (!js::ok(env, napi_create_arraybuffer(env, sizeof(uint32_t), &word, &buffer)) ||
      !js::ok(env, napi_create_typedarray(env, napi_uint32_array, 1, buffer, 0, &current)) ||
      !js::ok(env, napi_create_reference(env, buffer, 1, &kept)) ||
      !js::ok(env, napi_set_instance_data(env, questions, nullptr, nullptr)))
    return;
  questions->current = static_cast<const uint32_t *>(word);
  js::set(env, exports, "currentQuestion", current);
  claim_first(env, questions);
  const std::pair<const char *, napi_callback> calls[] = {
      {"ask", js::allocating<ask>},
      {"askShort", ask_short},
      {"explain", js::allocating<explain>},
      {"createQuestion", js::allocating<create_question>}};
  for (const auto &[name, callback] : calls)
    js::define(env, exports, name, callback, questions);
}

} // namespace mortise
