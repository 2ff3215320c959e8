// SQL that a plugin asks on a thread of its own, which waits while the embedder answers, at once or with a promise.
#pragma once

#include "node/mailbox.h"
#include "node/mariadb_sql.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace mortise::mariadb {

class SqlLater {
public:
  // JavaScript's thread. `mailbox` is that thread's.
  explicit SqlLater(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

  // JavaScript's thread: who is asked from now on, (sql, question) => void; anything else: nobody.
  void serve(const Napi::Value &function);
  // Any thread.
  bool serves() const { return serves_; }

  // The thread of a call: asks, and waits. 0, or 1 and why in the connection.
  int ask(Connection &connection, std::string sql);

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
  const std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<Napi::FunctionReference> function_; // JavaScript's thread only
  std::atomic<bool> serves_{false};
  std::mutex mutex_;
  bool is_over_ = false;
  std::set<std::shared_ptr<Question>> questions_;
};

} // namespace mortise::mariadb
