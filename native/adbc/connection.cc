#include "adbc/connection.h"

#include "adbc/statement.h"

namespace mortise::adbc {

Database::~Database() {
  release();
}

void Database::release() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open_) return;
  is_open_ = false;
  CallError nobody_is_left_to_be_told;
  table.database_release(&raw_, nobody_is_left_to_be_told);
}

void Database::open(const OptionList &options) {
  const std::lock_guard<std::mutex> lock(mutex_);
  call(table, "AdbcDatabaseNew", table.database_new, &raw_);
  try {
    set_options(table, raw_, options);
    call(table, "AdbcDatabaseInit", table.database_init, &raw_);
    is_open_ = true;
  } catch (const Failure &) {
    CallError second;
    table.database_release(&raw_, second);
    throw;
  }
}

void Database::close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open_) return;
  if (connections_ > 0) {
    Failure failure = was_closed("the database has " + std::to_string(connections_) + " open connections");
    failure.kind = Failure::Kind::input;
    throw failure;
  }
  is_open_ = false;
  call(table, "AdbcDatabaseRelease", table.database_release, &raw_);
}

void Database::set(const std::string &name, const OptionValue &value) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open_) throw was_closed("the database is closed");
  set_option(table, raw_, name, value);
}

OptionValue Database::get(const std::string &name, OptionType type) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open_) throw was_closed("the database is closed");
  return get_option(table, raw_, name, type);
}

Connection::~Connection() {
  release();
}

void Connection::open(const OptionList &options) {
  const std::lock_guard<std::mutex> lock(database_->mutex_);
  if (!database_->is_open_) throw was_closed("the database is closed");
  call(table, "AdbcConnectionNew", table.connection_new, &raw_);
  try {
    set_options(table, raw_, options);
    call(table, "AdbcConnectionInit", table.connection_init, &raw_, &database_->raw_);
  } catch (const Failure &) {
    CallError second;
    table.connection_release(&raw_, second);
    throw;
  }
  is_open_ = true;
  database_->connections_++;
  for (const auto &[name, value] : options)
    note(name, value);
}

CConnection *Connection::raw() {
  if (!is_open_) throw was_closed("the connection is closed");
  return &raw_;
}

void Connection::release() {
  if (!is_open_) return;
  is_open_ = false;
  CallError nobody_is_left_to_be_told;
  table.connection_release(&raw_, nobody_is_left_to_be_told);
  const std::lock_guard<std::mutex> lock(database_->mutex_);
  database_->connections_--;
}

void Connection::close() {
  if (!is_open_) return;
  std::set<Statement *> statements;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    statements = statements_;
  }
  // They are destroyed on this thread, so that each is still there.
  for (Statement *statement : statements)
    statement->release();
  is_open_ = false;
  {
    const std::lock_guard<std::mutex> lock(database_->mutex_);
    database_->connections_--;
  }
  call(table, "AdbcConnectionRelease", table.connection_release, &raw_);
}

void Connection::set(const std::string &name, const OptionValue &value) {
  set_option(table, *raw(), name, value);
  note(name, value);
}

void Connection::note(const std::string &option, const OptionValue &value) {
  const auto *text = std::get_if<std::string>(&value);
  if (text && option == "adbc.connection.autocommit") is_in_transaction_ = *text == "false";
}

OptionValue Connection::get(const std::string &name, OptionType type) {
  return get_option(table, *raw(), name, type);
}

void Connection::commit() {
  call(table, "AdbcConnectionCommit", table.connection_commit, raw());
}

void Connection::rollback() {
  if (has_unread_ && table.connection_cancel) {
    CallError unheard; // then the driver reads the rest
    table.connection_cancel(raw(), unheard);
  }
  has_unread_ = false;
  call(table, "AdbcConnectionRollback", table.connection_rollback, raw());
}

arrow::Field Connection::table_schema(const char *catalog, const char *schema, const char *name) {
  const char *const function = "AdbcConnectionGetTableSchema";
  arrow::Owned<Schema> made;
  call(table, function, table.connection_get_table_schema, raw(), catalog, schema, name, &made.c);
  return read_result_schema(function, made);
}

void Connection::cancel_for_good() {
  std::set<std::shared_ptr<Run>> runs;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_ending_ = true;
    runs = runs_;
  }
  for (const auto &run : runs)
    start_thread([run] { run->cancel(); });
}

} // namespace mortise::adbc
