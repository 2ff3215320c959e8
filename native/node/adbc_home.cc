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
  made->mailbox_ = Mailbox::of(env);
  // Runs before the mailbox's own, which was added earlier.
  napi_add_env_cleanup_hook(env, end, made.get());
  home = made;
  return made;
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
  has_ended_ = true;
  const auto unread =
      mailbox_->close(); // what goes with a letter may end a driver's statement, which writes another
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (const auto &weak : connections_)
    if (const std::shared_ptr<Connection> connection = weak.lock()) connection->cancel_for_good();
  close_all(connections_, deadline);
  close_all(databases_, deadline);
  schemas.forget(env_);
  of_thread().erase(env_);
}

} // namespace mortise::adbc
