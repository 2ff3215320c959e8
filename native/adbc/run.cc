#include "adbc/run.h"

#include "adbc/feed.h"

namespace mortise::adbc {

void Run::throw_if_cancelled() const {
  if (!cancelled_) return;
  Failure failure;
  failure.kind = Failure::Kind::cancelled;
  failure.status = cancelled;
  failure.message = "it was cancelled";
  throw failure;
}

Run::Answer Run::cancel() {
  refuse();
  if (feed) feed->fail("the statement was cancelled");
  const std::lock_guard<std::mutex> lock(mutex_);
  return table_ ? ask(*table_, statement_, connection_) : Answer::idle;
}

void Run::cancel_rest(const Table &table, CStatement *statement, CConnection *connection) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!is_asked_) ask(table, statement, connection);
}

Run::Answer Run::ask(const Table &table, CStatement *statement, CConnection *connection) {
  is_asked_ = true;
  CallError of_statement, of_connection;
  Status status = not_implemented;
  if (statement && table.statement_cancel) status = table.statement_cancel(statement, of_statement);
  if (status == not_implemented && table.connection_cancel)
    status = table.connection_cancel(connection, of_connection);
  return status == not_implemented ? Answer::unsupported : Answer::asked;
}

Run::Calling::Calling(Run &run, const Table &table, CStatement *statement, CConnection *connection)
    : run_(run) {
  const std::lock_guard<std::mutex> lock(run.mutex_);
  run.throw_if_cancelled();
  run.table_ = &table;
  run.statement_ = statement;
  run.connection_ = connection;
}

Run::Calling::~Calling() {
  const std::lock_guard<std::mutex> lock(run_.mutex_);
  run_.table_ = nullptr;
}

} // namespace mortise::adbc
