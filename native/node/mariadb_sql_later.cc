#include "node/mariadb_sql_later.h"

#include "node/bindings.h"
#include "node/js.h"

namespace mortise::mariadb {
namespace {

void give_up(SqlLater::Question &question, const char *why) {
  const std::lock_guard<std::mutex> lock(question.mutex);
  if (!question.connection) return;
  question.connection->fail(cannot_connect, why);
  question.connection = nullptr;
  question.answered.notify_all();
}

} // namespace

void SqlLater::serve(const Napi::Value &function) {
  serves_ = false;
  function_ = nullptr;
  if (!function.IsFunction()) return;
  function_ = std::make_shared<Napi::FunctionReference>(Napi::Persistent(function.As<Napi::Function>()));
  serves_ = true;
}

int SqlLater::ask(Connection &connection, std::string sql) {
  const auto question = std::make_shared<Question>(connection);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_over_) return connection.fail(cannot_connect, "the plugin is being stopped");
    questions_.insert(question);
  }
  mailbox_->post([this, question, sql = std::move(sql)](Napi::Env env) {
    // The library, and this with it, lives until the process ends.
    const auto function = function_;
    if (!function) return give_up(*question, "nobody answers this plugin's SQL any more");
    auto handle = Napi::External<std::shared_ptr<Question>>::New(
        env, new std::shared_ptr<Question>(question), [](Napi::Env, std::shared_ptr<Question> *kept) {
          const std::unique_ptr<std::shared_ptr<Question>> last(kept);
          give_up(**last, "nobody can answer any more");
        });
    try {
      function->Call({Napi::String::New(env, sql), handle});
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

void SqlLater::answer(Napi::Env env, Question &question, napi_value answer) {
  const std::lock_guard<std::mutex> lock(question.mutex);
  if (!question.connection) return;
  question.status = take(env, answer, question.connection);
  js::clear_exception(env);
  question.connection = nullptr;
  question.answered.notify_all();
}

void SqlLater::hang_up() {
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
  using Question = std::shared_ptr<mariadb::SqlLater::Question>;
  mariadb::SqlLater::answer(info.Env(), *js::handle<Question>(info[0]), info[1]);
}

// mariadbHangUp(library): what waits on threads of its own gets no answer any more.
void hang_up(const Napi::CallbackInfo &info) {
  js::handle<mariadb::Library>(info[0]).later->hang_up();
}

} // namespace

void define_mariadb_sql(Napi::Object exports) {
  js::define<answer_sql>(exports, "mariadbSqlAnswer");
  js::define<hang_up>(exports, "mariadbHangUp");
}

} // namespace mortise
