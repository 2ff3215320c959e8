// Letters for JavaScript's thread: what any thread wants to be run there.
#pragma once

#include "node/values.h"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace mortise {

class Mailbox : public std::enable_shared_from_this<Mailbox> {
public:
  using Letter = std::function<void(Napi::Env)>;

  // The one of this thread; made when it is first asked for. Throws a Napi::Error.
  static std::shared_ptr<Mailbox> of(Napi::Env env);

  // Any thread: JavaScript's thread runs it soon, unless it ends before.
  void post(Letter letter);

  // JavaScript's thread: while a promise is open, the process doesn't end by itself.
  void hold();
  void let_go();

  // JavaScript's thread, where it ends: what nobody has read, and nobody will. What is posted later goes at once. Safe
  // to repeat.
  std::deque<Letter> close();

private:
  static napi_value drain(napi_env env, napi_callback_info info);
  static void end(void *mailbox);

  napi_env env_ = nullptr;
  napi_threadsafe_function function_ = nullptr; // null once closed
  size_t open_ = 0;
  std::mutex mutex_;
  std::deque<Letter> letters_;
};

} // namespace mortise
