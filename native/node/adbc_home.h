// What one thread of JavaScript has of ADBC: the promises that are open, and what must end with it.
#pragma once

#include "adbc/statement.h"
#include "node/values.h"
#include "node/waker.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

namespace mortise::adbc {

class Home : public std::enable_shared_from_this<Home> {
public:
  using Letter = std::function<void(Napi::Env)>;

  // The one of this thread; made when it is first asked for. Throws a Napi::Error.
  static std::shared_ptr<Home> of(Napi::Env env);

  // Any thread: JavaScript's thread runs it soon, unless it ends before.
  void post(Letter letter);

  // JavaScript's thread: while a promise is open, the process doesn't end by itself.
  void hold();
  void let_go();

  // JavaScript's thread: is closed when that ends.
  void add(const std::shared_ptr<Connection> &connection);
  void add(const std::shared_ptr<Database> &database);
  bool has_ended() const { return has_ended_; }

private:
  static napi_value drain(napi_env env, napi_callback_info info);
  static void end(void *home);
  void end();

  napi_env env_ = nullptr;
  napi_threadsafe_function function_ = nullptr;
  size_t open_ = 0;
  std::vector<std::weak_ptr<Connection>> connections_;
  std::vector<std::weak_ptr<Database>> databases_;
  std::mutex mutex_;
  std::deque<Letter> letters_;
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
