// Authentication plugins of MariaDB for JavaScript. A plugin waits for packets: it runs on a thread of its own, and
// JavaScript hears of what it writes and what it waits for.
#include "node/bindings.h"
#include "node/mariadb_values.h"
#include "node/values.h"
#include "mariadb/conversation.h"
#include "mariadb/mariadb.h"

#include <memory>
#include <thread>

namespace mortise {
namespace {

using namespace mariadb;

// One that runs. Lives until its thread has ended and JavaScript has heard of it.
struct Attempt {
  Library &library;
  const Authentication &plugin;
  std::string user, hash, host;
  Login login = {};
  std::unique_ptr<Conversation> conversation = nullptr;
  std::vector<Message> messages = {};
  int32_t status = 0;
  napi_threadsafe_function tell = nullptr;
};

struct Event {
  enum Kind { wrote, waits, ended } kind;
  Packet packet;
  std::shared_ptr<Attempt> attempt;
};

// Of those that run, by what JavaScript has of them.
using Handle = std::shared_ptr<Attempt>;

void hand_over(napi_env raw, napi_value callback, void *, void *data) {
  const std::unique_ptr<Event> event(static_cast<Event *>(data));
  if (!raw || !callback) return; // JavaScript ends
  const Napi::Env env(raw);
  const Napi::HandleScope scope(env);
  const Napi::Function function(env, callback);
  Attempt &attempt = *event->attempt;
  try {
    if (event->kind == Event::wrote) {
      function.Call({Napi::String::New(env, "wrote"),
                     Napi::Buffer<uint8_t>::Copy(env, event->packet.data(), event->packet.size())});
    } else if (event->kind == Event::waits) {
      function.Call({Napi::String::New(env, "waits")});
    } else {
      Napi::Object outcome = js::outcome(env, attempt.messages, attempt.status);
      outcome.Set("as", std::string(attempt.login.authenticated_as));
      outcome.Set("external", std::string(attempt.login.external_user));
      function.Call({Napi::String::New(env, "ended"), outcome});
    }
  } catch (const Napi::Error &) {
    // The function catches all that it calls; where the environment ends nobody is told.
  }
}

void tell(const Handle &attempt, Event::Kind kind, Packet packet = {}) {
  auto event = std::make_unique<Event>(Event{kind, std::move(packet), attempt});
  if (napi_call_threadsafe_function(attempt->tell, event.get(), napi_tsfn_blocking) == napi_ok)
    event.release();
}

void run(const Handle &attempt) {
  {
    Calling call(attempt->library);
    attempt->status = attempt->plugin.authenticate(attempt->conversation->channel(), &attempt->login);
    attempt->messages = std::move(call.messages);
  }
  attempt->login.authenticated_as[sizeof attempt->login.authenticated_as - 1] = '\0';
  attempt->login.external_user[sizeof attempt->login.external_user - 1] = '\0';
  attempt->library.running--;
  tell(attempt, Event::ended);
  napi_release_threadsafe_function(attempt->tell, napi_tsfn_release);
}

const Authentication &plugin_of(const Napi::CallbackInfo &info) {
  return js::mariadb_info<Authentication>(info);
}

// mariadbHash(library, index, password): { status, messages, bytes? }; status -1: it has no such function.
Napi::Value hash_password(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Authentication &plugin = plugin_of(info);
  const std::string password = js::text(info[2]);
  Calling call(js::handle<Library>(info[0]));
  if (!plugin.hash) return js::outcome(env, call.messages, -1);
  char hash[4096] = {};
  size_t size = sizeof hash;
  const int32_t status = plugin.hash(password.data(), password.size(), hash, &size);
  Napi::Object result = js::outcome(env, call.messages, status);
  if (status == 0 && size <= sizeof hash) result.Set("bytes", Napi::Buffer<char>::Copy(env, hash, size));
  return result;
}

// mariadbAuthenticate(library, index, user, hash, host, function): a handle; or { status, messages } where the plugin
// refuses the hash. The function hears ('wrote', packet), ('waits') and ('ended', { status, messages, as, external }).
Napi::Value authenticate(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = js::handle<Library>(info[0]);
  auto attempt = std::make_shared<Attempt>(
      Attempt{library, plugin_of(info), js::text(info[2]), js::text(info[3]), js::text(info[4])});
  if (attempt->plugin.prepare && !attempt->hash.empty()) {
    Calling call(library);
    uint8_t prepared[4096] = {};
    size_t size = sizeof prepared;
    const int32_t status =
        attempt->plugin.prepare(attempt->hash.data(), attempt->hash.size(), prepared, &size);
    if (status != 0 || size > sizeof prepared) return js::outcome(env, call.messages, status ? status : 1);
    attempt->hash.assign(reinterpret_cast<const char *>(prepared), size);
  }
  // As long as a prepared one can be, so that a plugin that counts on its own size reads nothing else.
  attempt->hash.reserve(4096);
  Login &login = attempt->login;
  login.user = attempt->user.c_str();
  login.user_size = static_cast<uint32_t>(attempt->user.size());
  login.hash = attempt->hash.c_str();
  login.hash_size = static_cast<unsigned long>(attempt->hash.size());
  attempt->user.copy(login.authenticated_as, sizeof login.authenticated_as - 1);
  login.host = attempt->host.c_str();
  login.host_size = static_cast<uint32_t>(attempt->host.size());
  napi_value name = Napi::String::New(env, "mortise login");
  NAPI_THROW_IF_FAILED(env,
                       napi_create_threadsafe_function(env, info[5], nullptr, name, 0, 1, nullptr, nullptr,
                                                       nullptr, hand_over, &attempt->tell),
                       env.Undefined());
  const std::weak_ptr<Attempt> weak = attempt;
  attempt->conversation = std::make_unique<Conversation>(
      [weak](Packet packet) {
        if (const Handle own = weak.lock()) tell(own, Event::wrote, std::move(packet));
      },
      [weak] {
        if (const Handle own = weak.lock()) tell(own, Event::waits);
      });
  library.running++;
  std::thread(run, attempt).detach();
  return Napi::External<Handle>::New(env, new Handle(attempt), [](Napi::Env, Handle *handle) {
    (*handle)->conversation->hang_up(); // nobody answers any more
    delete handle;
  });
}

// mariadbAnswer(attempt, packet): a packet for the plugin; without one it gets none any more.
void answer(const Napi::CallbackInfo &info) {
  const Handle &attempt = js::handle<Handle>(info[0]);
  if (!info[1].IsBuffer()) return attempt->conversation->hang_up();
  const auto bytes = info[1].As<Napi::Buffer<uint8_t>>();
  attempt->conversation->answer(Packet(bytes.Data(), bytes.Data() + bytes.Length()));
}

// mariadbRunning(library): how many of its functions run on threads of their own.
Napi::Value running(const Napi::CallbackInfo &info) {
  return js::to_number(info.Env(), js::handle<Library>(info[0]).running);
}

} // namespace

void define_mariadb_login(Napi::Object exports) {
  js::define<hash_password>(exports, "mariadbHash");
  js::define<authenticate>(exports, "mariadbAuthenticate");
  js::define<answer>(exports, "mariadbAnswer");
  js::define<running>(exports, "mariadbRunning");
}

} // namespace mortise
