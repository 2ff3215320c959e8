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
  cancelled_ = true;
  if (feed) feed->fail("the statement was cancelled");
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!table_) return Answer::idle;
  CallError of_statement, of_connection;
  Status status = not_implemented;
  if (statement_ && table_->statement_cancel) status = table_->statement_cancel(statement_, of_statement);
  if (status == not_implemented && table_->connection_cancel)
    status = table_->connection_cancel(connection_, of_connection);
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
