#include "adbc/statement.h"

namespace mortise::adbc {
namespace {

const char *text_of(const MaybeText &text) {
  return text ? text->c_str() : nullptr;
}

// Whatever the driver made of a cancel.
template <typename Act> auto unless_cancelled(const Run &run, Act act) {
  try {
    return act();
  } catch (Failure &failure) {
    if (run.is_cancelled()) failure.kind = Failure::Kind::cancelled;
    throw;
  }
}

bool is_of_connection(const Ask &ask) {
  return !std::holds_alternative<AskSql>(ask) && !std::holds_alternative<AskPlan>(ask) &&
         !std::holds_alternative<AskAgain>(ask) && !std::holds_alternative<AskIngest>(ask);
}

} // namespace

Statement::Statement(std::shared_ptr<Connection> statement_connection)
    : connection(std::move(statement_connection)), table_(connection->table) {
  const std::lock_guard<std::mutex> lock(connection->mutex_);
  connection->statements_.insert(this);
}

Statement::~Statement() {
  release();
  const std::lock_guard<std::mutex> lock(connection->mutex_);
  connection->statements_.erase(this);
}

void Statement::begin(const std::shared_ptr<Run> &run) {
  const std::lock_guard<std::mutex> lock(connection->mutex_);
  if (connection->is_ending_) throw was_closed("the host ends");
  connection->runs_.insert(run);
}

void Statement::finish(const std::shared_ptr<Run> &run) {
  const std::lock_guard<std::mutex> lock(connection->mutex_);
  connection->runs_.erase(run);
}

CStatement *Statement::raw() {
  if (is_closed_) throw was_closed("the statement is closed");
  CConnection *of = connection->raw();
  if (!is_made_) call(table_, "AdbcStatementNew", table_.statement_new, of, &raw_);
  is_made_ = true;
  return &raw_;
}

void Statement::end() {
  later_.reset();
  if (stream_ && !is_at_end_) leave();
  stream_.reset();
}

void Statement::leave() {
  if (run_->is_cancelled() || !connection->is_in_transaction())
    run_->cancel_rest(table_, is_made_ ? &raw_ : nullptr, connection->raw());
  else
    connection->has_unread_ = true;
}

void Statement::close() {
  is_closed_ = true;
  retire();
}

void Statement::retire() {
  end();
  if (!is_made_) return;
  is_made_ = false;
  call(table_, "AdbcStatementRelease", table_.statement_release, &raw_);
}

void Statement::release() {
  try {
    close();
  } catch (const Failure &) { // nobody is left to be told
  }
}

void Statement::set(const std::string &name, const OptionValue &value) {
  set_option(table_, *raw(), name, value);
}

OptionValue Statement::get(const std::string &name, OptionType type) {
  return get_option(table_, *raw(), name, type);
}

void Statement::put(const Ask &ask) {
  if (const auto *sql = std::get_if<AskSql>(&ask))
    call(table_, "AdbcStatementSetSqlQuery", table_.statement_set_sql_query, raw(), sql->sql.c_str());
  else if (const auto *plan = std::get_if<AskPlan>(&ask))
    call(table_, "AdbcStatementSetSubstraitPlan", table_.statement_set_substrait_plan, raw(),
         plan->plan.data(), plan->plan.size());
}

void Statement::prepare(const Ask &ask, const OptionList &options) {
  end();
  set_options(table_, *raw(), options);
  put(ask);
  call(table_, "AdbcStatementPrepare", table_.statement_prepare, raw());
}

std::optional<arrow::Field> Statement::parameter_schema() {
  const char *const function = "AdbcStatementGetParameterSchema";
  arrow::Owned<Schema> schema;
  try {
    call(table_, function, table_.statement_get_parameter_schema, raw(), &schema.c);
  } catch (const Failure &failure) {
    // Many drivers don't know, and each says so in another way. What is wrong shows when it is executed.
    if (failure.kind == Failure::Kind::driver) return std::nullopt;
    throw;
  }
  return read_result_schema(function, schema);
}

void Statement::bind(Run &run, Execution &execution) {
  if (execution.parameters) {
    call(table_, "AdbcStatementBind", table_.statement_bind, raw(), &execution.parameters.c,
         &execution.parameter_schema.c);
  } else if (run.feed) {
    arrow::Owned<Stream> stream = run.feed->stream();
    call(table_, "AdbcStatementBindStream", table_.statement_bind_stream, raw(), &stream.c);
  }
}

void Statement::ask_connection(const Ask &ask, Stream *stream) {
  CConnection *of = connection->raw();
  if (const auto *info = std::get_if<AskInfo>(&ask)) {
    call(table_, "AdbcConnectionGetInfo", table_.connection_get_info, of,
         info->codes.empty() ? nullptr : info->codes.data(), info->codes.size(), stream);
  } else if (const auto *objects = std::get_if<AskObjects>(&ask)) {
    std::vector<const char *> types;
    if (objects->types) {
      for (const std::string &type : *objects->types)
        types.push_back(type.c_str());
      types.push_back(nullptr);
    }
    call(table_, "AdbcConnectionGetObjects", table_.connection_get_objects, of, objects->depth,
         text_of(objects->catalog), text_of(objects->schema), text_of(objects->table),
         objects->types ? types.data() : nullptr, text_of(objects->column), stream);
  } else if (std::holds_alternative<AskTableTypes>(ask)) {
    call(table_, "AdbcConnectionGetTableTypes", table_.connection_get_table_types, of, stream);
  } else if (const auto *statistics = std::get_if<AskStatistics>(&ask)) {
    call(table_, "AdbcConnectionGetStatistics", table_.connection_get_statistics, of,
         text_of(statistics->catalog), text_of(statistics->schema), text_of(statistics->table),
         static_cast<char>(statistics->approximate), stream);
  } else {
    call(table_, "AdbcConnectionGetStatisticNames", table_.connection_get_statistic_names, of, stream);
  }
}

Result Statement::execute(const std::shared_ptr<Run> &shared_run, Execution &execution) {
  end();
  Run &run = *shared_run;
  run_ = shared_run;
  is_at_end_ = false;
  is_once_ = execution.once;
  gather_bytes_ = execution.gather_bytes;
  gather_batches_ = execution.gather_batches;
  max_batch_bytes_ = execution.max_batch_bytes;
  Result result;
  try {
    unless_cancelled(run, [&] {
      const bool of_connection = is_of_connection(execution.ask);
      CConnection *of = connection->raw();
      CStatement *statement = of_connection ? nullptr : raw();
      const Run::Calling calling(run, table_, statement, of);
      Stream stream = {}; // when the call fails it isn't to be released
      if (of_connection) {
        ask_connection(execution.ask, &stream);
      } else {
        set_options(table_, *statement, execution.options);
        put(execution.ask);
        if (execution.prepare) call(table_, "AdbcStatementPrepare", table_.statement_prepare, statement);
        bind(run, execution);
        call(table_, "AdbcStatementExecuteQuery", table_.statement_execute_query, statement,
             execution.rows ? &stream : nullptr, &result.affected);
      }
      stream_.c = stream;
      connection->has_unread_ = false; // the driver has read it before
      run.throw_if_cancelled();
      if (execution.rows || of_connection) read_schema();
    });
    if (stream_) {
      result.schema = schema_;
      result.first = gather(run);
    } else {
      result.first.done = true;
      if (is_once_) retire();
    }
  } catch (const Failure &) {
    if (is_once_)
      release();
    else
      end();
    throw;
  }
  return result;
}

} // namespace mortise::adbc
