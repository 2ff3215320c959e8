// Authentication plugins of MariaDB for JavaScript. A plugin waits for packets: it runs on a thread of its own, and
// JavaScript hears of what it writes and what it waits for.
#include "node/bindings.h"
#include "node/mariadb_values.h"
#include "node/values.h"
#include "adbc/worker.h"
#include "mariadb/conversation.h"
#include "mariadb/mariadb.h"
#include "engines/doing.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <random>
#include <system_error>

namespace mortise {
namespace {

using namespace mariadb;

// One that runs. Lives until its thread has ended and JavaScript has heard of it.
struct Attempt {
  Attempt(Library &of, const Authentication &by, std::string for_user, std::string from)
      : library(of), plugin(by), user(std::move(for_user)), host(std::move(from)),
        hash(js::max_mariadb_hash + 1) {
    // Plugins count on the size that theirs have, and read it of a shorter one too. Nobody has signed with random bytes;
    // zeros are a key that everybody can sign with.
    std::random_device random;
    std::generate(hash.begin(), hash.end(), [&random] { return static_cast<char>(random()); });
  }

  void put_hash(const char *from, size_t size) {
    std::copy(from, from + size, hash.begin());
    hash[size] = '\0';
    login.hash = hash.data();
    login.hash_size = static_cast<unsigned long>(size);
  }

  Library &library;
  const Authentication &plugin;
  const std::string user, host;
  std::vector<char> hash;
  Login login = {};
  std::unique_ptr<Conversation> conversation = nullptr;
  std::vector<Message> messages = {};
  int32_t status = 0;
  std::shared_ptr<Attempt> *hook = nullptr; // what ends it with JavaScript; JavaScript's thread only
  std::mutex mutex;                         // held where `tell` is used
  napi_threadsafe_function tell = nullptr;  // null once JavaScript, or the attempt, has ended
};

struct Event {
  enum Kind { wrote, waits, ended } kind;
  Packet packet;
  std::shared_ptr<Attempt> attempt;
};

// Of those that run, by what JavaScript has of them.
using Handle = std::shared_ptr<Attempt>;

// Safe on any thread, and to repeat.
void stop_telling(Attempt &attempt) {
  const std::lock_guard<std::mutex> lock(attempt.mutex);
  if (attempt.tell) napi_release_threadsafe_function(attempt.tell, napi_tsfn_release);
  attempt.tell = nullptr;
}

// JavaScript ends: nobody answers any more, and nobody can be told.
void leave(void *hook) {
  const std::unique_ptr<Handle> attempt(static_cast<Handle *>(hook));
  stop_telling(**attempt);
  (*attempt)->conversation->hang_up();
}

void unhook(napi_env env, Attempt &attempt) {
  const std::unique_ptr<Handle> hook(attempt.hook);
  attempt.hook = nullptr;
  if (hook) napi_remove_env_cleanup_hook(env, leave, hook.get());
}

void hand_over(napi_env raw, napi_value callback, void *, void *data) {
  const std::unique_ptr<Event> event(static_cast<Event *>(data));
  if (!raw || !callback) return; // JavaScript ends
  const Napi::Env env(raw);
  const Napi::HandleScope scope(env);
  const Napi::Function function(env, callback);
  Attempt &attempt = *event->attempt;
  if (event->kind == Event::ended) unhook(raw, attempt);
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
  const std::lock_guard<std::mutex> lock(attempt->mutex);
  if (!attempt->tell) return;
  if (napi_call_threadsafe_function(attempt->tell, event.get(), napi_tsfn_nonblocking) == napi_ok)
    event.release();
  else
    attempt->tell = nullptr; // it is closing, and gone when it was told of that
}

void run(const Handle &attempt) {
  {
    Calling call(attempt->library);
    attempt->status = attempt->plugin.authenticate(attempt->conversation->channel(), &attempt->login);
    attempt->messages = std::move(call.messages);
  }
  attempt->login.authenticated_as[sizeof attempt->login.authenticated_as - 1] = '\0';
  attempt->login.external_user[sizeof attempt->login.external_user - 1] = '\0';
  tell(attempt, Event::ended);
  stop_telling(*attempt);
  attempt->library.running--; // last: whoever sees it may end the environment
}

const Authentication &plugin_of(const Napi::CallbackInfo &info) {
  return js::mariadb_info<Authentication>(info);
}

// mariadbAuthenticate(library, index, user, hash, host, function): a handle; { status, messages } where the plugin
// refuses the hash; or null: there is no thread. The function hears ('wrote', packet), ('waits') and ('ended', { status,
// messages, as, external }).
Napi::Value authenticate(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Library &library = js::handle<Library>(info[0]);
  const auto attempt =
      std::make_shared<Attempt>(library, plugin_of(info), js::text(info[2]), js::text(info[4]));
  const std::string hash = js::text(info[3]);
  if (hash.size() > js::max_mariadb_hash) throw Napi::RangeError::New(env, "mortise: the hash is too long");
  if (attempt->plugin.prepare && !hash.empty()) {
    Calling call(library);
    const Within within(library.plugin, "preprocess_hash");
    uint8_t prepared[js::max_mariadb_hash] = {};
    size_t size = sizeof prepared;
    const int32_t status = attempt->plugin.prepare(hash.data(), hash.size(), prepared, &size);
    if (status != 0 || size > sizeof prepared) return js::outcome(env, call.messages, status ? status : 1);
    attempt->put_hash(reinterpret_cast<const char *>(prepared), size);
  } else {
    attempt->put_hash(hash.data(), hash.size());
  }
  Login &login = attempt->login;
  login.user = attempt->user.c_str();
  login.user_size = static_cast<uint32_t>(attempt->user.size());
  attempt->user.copy(login.authenticated_as, sizeof login.authenticated_as - 1);
  login.host = attempt->host.c_str();
  login.host_size = static_cast<uint32_t>(attempt->host.size());
  const std::weak_ptr<Attempt> weak = attempt;
  attempt->conversation = std::make_unique<Conversation>(
      attempt->plugin.interface_version,
      [weak](Packet packet) {
        if (const Handle own = weak.lock()) tell(own, Event::wrote, std::move(packet));
      },
      [weak] {
        if (const Handle own = weak.lock()) tell(own, Event::waits);
      });
  napi_value name = Napi::String::New(env, "mortise login");
  NAPI_THROW_IF_FAILED(env,
                       napi_create_threadsafe_function(env, info[5], nullptr, name, 0, 1, nullptr, nullptr,
                                                       nullptr, hand_over, &attempt->tell),
                       env.Undefined());
  // Runs before that function's own, and before the hook that stops the library.
  attempt->hook = new Handle(attempt);
  napi_add_env_cleanup_hook(env, leave, attempt->hook);
  library.running++;
  try {
    adbc::start_thread([attempt] { run(attempt); });
  } catch (const std::system_error &) {
    library.running--;
    unhook(env, *attempt);
    stop_telling(*attempt);
    return env.Null();
  }
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
  js::define<authenticate>(exports, "mariadbAuthenticate");
  js::define<answer>(exports, "mariadbAnswer");
  js::define<running>(exports, "mariadbRunning");
}

} // namespace mortise
