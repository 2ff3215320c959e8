// What one thread of JavaScript has of ADBC: the promises that are open, and what must end with it.
#pragma once

#include "adbc/statement.h"
#include "node/known_schemas.h"
#include "node/mailbox.h"
#include "node/values.h"

#include <atomic>
#include <memory>
#include <variant>
#include <vector>

namespace mortise::adbc {

class Home : public std::enable_shared_from_this<Home> {
public:
  // The one of this thread; made when it is first asked for. Throws a Napi::Error.
  static std::shared_ptr<Home> of(Napi::Env env);

  // As its mailbox does.
  void post(Mailbox::Letter letter) { mailbox_->post(std::move(letter)); }
  void hold() { mailbox_->hold(); }
  void let_go() { mailbox_->let_go(); }

  // JavaScript's thread: is closed when that ends.
  void add(const std::shared_ptr<Connection> &connection);
  void add(const std::shared_ptr<Database> &database);
  bool has_ended() const { return has_ended_; }

  arrow::KnownSchemas schemas; // JavaScript's thread

private:
  static void end(void *home);
  void end();

  napi_env env_ = nullptr;
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<std::weak_ptr<Connection>> connections_;
  std::vector<std::weak_ptr<Database>> databases_;
  std::atomic<bool> has_ended_{false};
};

// { kind, call, status, message, sqlstate, vendorCode, details } as an Error.
Napi::Value to_error(Napi::Env env, const Failure &failure);

// Calls something that throws a Failure, which JavaScript then gets.
template <typename Act> auto rethrowing(Napi::Env env, Act act) {
  try {
    return act();
  } catch (const Failure &failure) {
    throw Napi::Error(env, to_error(env, failure));
  }
}

using Deferred = Napi::Promise::Deferred;

// A promise of what `work` gives on the worker, or of the Failure that it throws; `make(env, result)` makes
// JavaScript's value of it.
template <typename Work, typename Make>
Napi::Value promise(Napi::Env env, const std::shared_ptr<Home> &home, Worker &worker, Work work, Make make) {
  using Result = decltype(work());
  using Outcome = std::variant<Failure, Result>;
  const Deferred deferred = Deferred::New(env);
  worker.post([home, deferred, work = std::move(work), make = std::move(make)]() mutable {
    auto outcome = std::make_shared<Outcome>();
    try {
      *outcome = work();
    } catch (Failure &failure) {
      *outcome = std::move(failure);
    } catch (const std::exception &error) { // no memory
      *outcome = unusable(error.what());
    }
    home->post([home, deferred, outcome, make = std::move(make)](Napi::Env own) mutable {
      home->let_go();
      if (const Failure *failure = std::get_if<Failure>(outcome.get()))
        deferred.Reject(to_error(own, *failure));
      else
        deferred.Resolve(make(own, std::move(std::get<Result>(*outcome))));
    });
  });
  home->hold();
  return deferred.Promise();
}

// Nothing more than that it was done.
struct Done {};
inline Napi::Value from_done(Napi::Env env, Done) {
  return env.Undefined();
}

} // namespace mortise::adbc
