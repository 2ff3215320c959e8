#include "node/adbc_home.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace mortise::adbc {
namespace {

// When JavaScript ends: for what was cancelled, and for connections to be closed.
constexpr auto patience = std::chrono::milliseconds(1000);

// More than one where the addon is loaded into several contexts.
std::map<napi_env, std::shared_ptr<Home>> &of_thread() {
  thread_local std::map<napi_env, std::shared_ptr<Home>> homes;
  return homes;
}

template <typename T> void add_to(std::vector<std::weak_ptr<T>> &list, const std::shared_ptr<T> &one) {
  list.erase(std::remove_if(list.begin(), list.end(), [](const auto &old) { return old.expired(); }),
             list.end());
  list.push_back(one);
}

// A last job for each; whether it is done, or its thread hangs, shows when they are waited for.
template <typename T>
void close_all(const std::vector<std::weak_ptr<T>> &list, std::chrono::steady_clock::time_point deadline) {
  std::vector<std::shared_ptr<T>> closing;
  for (const auto &weak : list) {
    const std::shared_ptr<T> one = weak.lock();
    if (!one) continue;
    try {
      one->worker.post([one] {
        try {
          one->close();
        } catch (const Failure &) { // nobody is left to be told
        }
      });
    } catch (const std::exception &) { // no thread can be started: it stays open
    }
    closing.push_back(one);
  }
  for (auto &one : closing)
    // What a driver still uses is left alone for good.
    if (!one->worker.wait_until(deadline)) new std::shared_ptr<T>(std::move(one));
}

} // namespace

std::shared_ptr<Home> Home::of(Napi::Env env) {
  std::shared_ptr<Home> &home = of_thread()[env];
  if (home) return home;
  const auto made = std::make_shared<Home>();
  made->env_ = env;
  const Napi::Function function = Napi::Function(env, [&] {
    napi_value value = nullptr;
    if (napi_create_function(env, "mortise.adbc", NAPI_AUTO_LENGTH, drain, made.get(), &value) != napi_ok)
      throw Napi::Error::New(env);
    return value;
  }());
  const napi_status status =
      napi_create_threadsafe_function(env, function, nullptr, Napi::String::New(env, "mortise.adbc"), 1, 1,
                                      nullptr, nullptr, nullptr, nullptr, &made->function_);
  if (status != napi_ok) throw Napi::Error::New(env);
  napi_unref_threadsafe_function(env, made->function_);
  // Runs before the threadsafe function's own, which was added earlier.
  napi_add_env_cleanup_hook(env, end, made.get());
  home = made;
  return made;
}

void Home::post(Letter letter) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (has_ended_) return;
  letters_.push_back(std::move(letter));
  // A full queue is fine: the call that waits there finds what is new as well.
  napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
}

napi_value Home::drain(napi_env env, napi_callback_info info) {
  void *data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  const std::shared_ptr<Home> home = static_cast<Home *>(data)->shared_from_this();
  for (;;) {
    Letter letter;
    {
      const std::lock_guard<std::mutex> lock(home->mutex_);
      if (home->letters_.empty()) return nullptr;
      letter = std::move(home->letters_.front());
      home->letters_.pop_front();
    }
    try {
      const Napi::HandleScope scope(env);
      letter(env);
    } catch (const std::exception &) { // the worker is being ended, or there is no memory for a value
      napi_value thrown = nullptr;
      bool pending = false;
      if (napi_is_exception_pending(env, &pending) == napi_ok && pending)
        napi_get_and_clear_last_exception(env, &thrown);
    }
  }
}

void Home::hold() {
  if (open_++ == 0) napi_ref_threadsafe_function(env_, function_);
}

void Home::let_go() {
  if (--open_ == 0) napi_unref_threadsafe_function(env_, function_);
}

void Home::add(const std::shared_ptr<Connection> &connection) {
  add_to(connections_, connection);
}

void Home::add(const std::shared_ptr<Database> &database) {
  add_to(databases_, database);
}

void Home::end(void *home) {
  static_cast<Home *>(home)->end();
}

void Home::end() {
  const std::shared_ptr<Home> self = shared_from_this();
  std::deque<Letter> unread; // what goes with them may end a driver's statement, which may write another
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    has_ended_ = true;
    unread.swap(letters_);
    napi_release_threadsafe_function(function_, napi_tsfn_release);
  }
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (const auto &weak : connections_)
    if (const std::shared_ptr<Connection> connection = weak.lock()) connection->cancel_for_good();
  close_all(connections_, deadline);
  close_all(databases_, deadline);
  of_thread().erase(env_);
}

} // namespace mortise::adbc
