// What stands in for a plugin's server: the embedder's functions. On JavaScript's thread one answers at once; on another
// thread the plugin waits while the other answers, at once or with a promise.
#pragma once

#include "node/mailbox.h"
#include "node/mariadb_sql.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace mortise::mariadb {

class SqlServer {
public:
  explicit SqlServer(Napi::Env env) : env_(env), mailbox_(Mailbox::of(env)) {}

  // JavaScript's thread: who is asked from now on, (sql) => answer and (sql, question) => void, which don't throw. Values
  // that are no functions: nobody.
  void serve(const Napi::Value &now, const Napi::Value &later);
  // Any thread.
  bool serves() const { return serves_; }

  // The thread of a call. 0, or 1 and why in the connection.
  int ask(Connection &connection, const std::string &sql);

  // JavaScript's thread: nobody answers any more, and all that wait fail.
  void hang_up();

  // One statement that waits for its answer.
  struct Question {
    explicit Question(Connection &of) : connection(&of) {}
    std::mutex mutex;
    std::condition_variable answered;
    Connection *connection; // null once nobody waits any more
    int status = 1;
  };
  // JavaScript's thread: gives the answer to who waits, once.
  static void answer(Napi::Env env, Question &question, napi_value answer);

private:
  int ask_now(Connection &connection, const std::string &sql);
  int ask_later(Connection &connection, const std::string &sql);

  const napi_env env_;
  const std::shared_ptr<Mailbox> mailbox_;
  const std::thread::id javascript_ = std::this_thread::get_id();
  Napi::FunctionReference now_, later_; // JavaScript's thread only
  std::atomic<bool> serves_{false};
  std::mutex mutex_;
  bool is_over_ = false;
  std::set<std::shared_ptr<Question>> questions_;
};

} // namespace mortise::mariadb
