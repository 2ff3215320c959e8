// A call of a MariaDB plugin: on JavaScript's thread, which waits, or on a thread of its own, with a promise.
#pragma once

#include "adbc/worker.h"
#include "engines/doing.h"
#include "mariadb/mariadb.h"
#include "node/mailbox.h"
#include "node/mariadb_values.h"

#include <new>
#include <system_error>

namespace mortise::js {

// Has copies of all arguments, so that any thread may make it.
class MariadbCall {
public:
  explicit MariadbCall(const Napi::CallbackInfo &info) : library(handle<mariadb::Library>(info[0])) {}
  virtual ~MariadbCall() = default;
  MariadbCall(const MariadbCall &) = delete;
  MariadbCall &operator=(const MariadbCall &) = delete;

  // Any thread, once.
  void run() {
    mariadb::Calling calling(library);
    try {
      ask(calling);
    } catch (const std::bad_alloc &) {
      has_no_memory_ = true;
    }
    messages = std::move(calling.messages);
  }

  // JavaScript's thread, after that.
  Napi::Value answer(Napi::Env env) {
    if (has_no_memory_) throw Napi::Error::New(env, "mortise: there is no memory for what comes out");
    return made(env);
  }

  mariadb::Library &library;
  std::vector<mariadb::Message> messages;

protected:
  virtual void ask(mariadb::Calling &calling) = 0;
  virtual Napi::Value made(Napi::Env env) = 0;

  // Who succeeds, or only notes something, says it to the log; else it belongs to the answer.
  Napi::Object outcome_of(Napi::Env env, double status, bool succeeded) {
    for (const mariadb::Message &message : messages)
      if (succeeded || message.is_note()) library.log(message.severity(), message.text);
    return outcome(env, messages, status);
  }

private:
  bool has_no_memory_ = false;
};

// `Call` has the arguments that JavaScript gives, and `entry`, the name of what it calls.
template <typename Call> Napi::Value mariadb_now(const Napi::CallbackInfo &info) {
  Call call(info);
  {
    const Within within(call.library.plugin, Call::entry);
    call.run();
  }
  return call.answer(info.Env());
}

// A promise of the same; null where there is no thread for it.
template <typename Call> Napi::Value mariadb_later(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const auto call = std::make_shared<Call>(info);
  const std::shared_ptr<Mailbox> mailbox = Mailbox::of(env);
  const auto deferred = Napi::Promise::Deferred::New(env);
  call->library.running++;
  try {
    adbc::start_thread([call, mailbox, deferred]() mutable {
      mariadb::Library &library = call->library;
      call->run();
      mailbox->post([call = std::move(call), mailbox, deferred](Napi::Env own) {
        mailbox->let_go();
        try {
          deferred.Resolve(call->answer(own));
        } catch (const Napi::Error &error) {
          deferred.Reject(error.Value());
        }
      });
      library.running--; // last: whoever sees it may end the environment
    });
  } catch (const std::system_error &) {
    call->library.running--;
    return env.Null();
  }
  mailbox->hold();
  return deferred.Promise();
}

} // namespace mortise::js
