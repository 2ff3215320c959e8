#include "node/mariadb_sql_server.h"

#include "node/bindings.h"
#include "node/js.h"

namespace mortise::mariadb {
namespace {

void give_up(SqlServer::Question &question, const char *why) {
  const std::lock_guard<std::mutex> lock(question.mutex);
  if (!question.connection) return;
  question.connection->fail(cannot_connect, why);
  question.connection = nullptr;
  question.answered.notify_all();
}

} // namespace

void SqlServer::serve(const Napi::Value &now, const Napi::Value &later) {
  serves_ = false;
  now_.Reset();
  later_.Reset();
  if (!now.IsFunction() || !later.IsFunction()) return;
  now_ = Napi::Persistent(now.As<Napi::Function>());
  later_ = Napi::Persistent(later.As<Napi::Function>());
  serves_ = true;
}

int SqlServer::ask(Connection &connection, const std::string &sql) {
  if (!serves_) return connection.fail(cannot_connect, "not connected");
  return std::this_thread::get_id() == javascript_ ? ask_now(connection, sql) : ask_later(connection, sql);
}

int SqlServer::ask_now(Connection &connection, const std::string &sql) {
  try {
    const Napi::HandleScope scope(env_);
    const int status = take(env_, now_.Call({Napi::String::New(env_, sql)}), &connection);
    js::clear_exception(env_); // must not be pending in the plugin
    return status;
  } catch (const std::exception &) { // the worker is being ended, or there is no memory for a value
    js::clear_exception(env_);
    return connection.fail(out_of_sync, "the function that answers SQL could not be called");
  }
}

int SqlServer::ask_later(Connection &connection, const std::string &sql) {
  const auto question = std::make_shared<Question>(connection);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_over_) return connection.fail(cannot_connect, "the plugin is being stopped");
    questions_.insert(question);
  }
  // The library, and this with it, lives until the process ends.
  mailbox_->post([this, question, sql](Napi::Env env) {
    if (!serves_) return give_up(*question, "nobody answers this plugin's SQL any more");
    auto handle = Napi::External<std::shared_ptr<Question>>::New(
        env, new std::shared_ptr<Question>(question), [](Napi::Env, std::shared_ptr<Question> *kept) {
          const std::unique_ptr<std::shared_ptr<Question>> last(kept);
          give_up(**last, "nobody can answer any more");
        });
    try {
      later_.Call({Napi::String::New(env, sql), handle});
    } catch (const Napi::Error &) {
      give_up(*question, "the function that answers SQL could not be called");
    }
  });
  std::unique_lock<std::mutex> lock(question->mutex);
  question->answered.wait(lock, [&question] { return !question->connection; });
  lock.unlock();
  const std::lock_guard<std::mutex> own(mutex_);
  questions_.erase(question);
  return question->status;
}

void SqlServer::answer(Napi::Env env, Question &question, napi_value answer) {
  const std::lock_guard<std::mutex> lock(question.mutex);
  if (!question.connection) return;
  question.status = take(env, answer, question.connection);
  js::clear_exception(env);
  question.connection = nullptr;
  question.answered.notify_all();
}

void SqlServer::hang_up() {
  std::set<std::shared_ptr<Question>> waiting;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_over_ = true;
    waiting = questions_;
  }
  for (const auto &question : waiting)
    give_up(*question, "the plugin is being stopped");
}

} // namespace mortise::mariadb

namespace mortise {
namespace {

// mariadbSqlAnswer(question, answer)
void answer_sql(const Napi::CallbackInfo &info) {
  using Question = std::shared_ptr<mariadb::SqlServer::Question>;
  mariadb::SqlServer::answer(info.Env(), *js::handle<Question>(info[0]), info[1]);
}

// mariadbHangUp(library): what waits on threads of its own gets no answer any more.
void hang_up(const Napi::CallbackInfo &info) {
  js::handle<mariadb::Library>(info[0]).sql->hang_up();
}

} // namespace

void define_mariadb_sql(Napi::Object exports) {
  js::define<answer_sql>(exports, "mariadbSqlAnswer");
  js::define<hang_up>(exports, "mariadbHangUp");
}

} // namespace mortise
