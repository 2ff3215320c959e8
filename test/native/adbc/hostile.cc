// Drivers that do what they mustn't: what they are accused of, and that everything is released in the right order.
#include "adbc/statement.h"
#include "check.h"
#include "engines/arrow/make.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

using namespace mortise;
using namespace mortise::adbc;

namespace {

// What the driver does wrong, and what it was called.
enum class Wrong { nothing, text, middle, type, no_release, no_stream, schema, hangs };
std::atomic<Wrong> wrong{Wrong::nothing};
std::string released; // on one thread at a time
std::atomic<bool> is_cancelled{false}, is_hanging{false};

Status ok_of(CDatabase *, Error *) {
  return ok;
}
Status ok_of(CConnection *, Error *) {
  return ok;
}
Status release_database(CDatabase *, Error *) {
  released += "d";
  return ok;
}
Status release_connection(CConnection *, Error *) {
  released += "c";
  return ok;
}
Status release_statement(CStatement *, Error *) {
  released += "s";
  return ok;
}

arrow::Field schema_of(const char *format) {
  arrow::Field rows;
  rows.format = "+s";
  rows.children.resize(1);
  rows.children[0].name = "n";
  rows.children[0].format = format;
  CHECK(arrow::check_field(rows).empty());
  return rows;
}

arrow::Owned<Array> batch_of(int64_t value) {
  const auto memory = std::make_shared<int64_t>(value);
  arrow::Parts column;
  column.length = 1;
  column.buffers = {nullptr, memory.get()};
  column.memory = memory;
  arrow::Parts rows;
  rows.length = 1;
  rows.buffers = {nullptr};
  rows.children.push_back(arrow::to_c(std::move(column)));
  return arrow::to_c(std::move(rows));
}

void move_to(Array *out, arrow::Owned<Array> batch) {
  *out = batch.c;
  batch.c = {};
}

Status execute(CStatement *, Stream *out, int64_t *affected, Error *error) {
  static char text[] = "no such table";
  *affected = 7;
  if (wrong == Wrong::text) return invalid_argument;
  if (wrong == Wrong::hangs) {
    is_hanging = true;
    while (!is_cancelled)
      std::this_thread::yield();
    error->message = text;
    memcpy(error->sqlstate, "57014", 5);
    return invalid_argument; // DuckDB says so
  }
  if (!out || wrong == Wrong::no_stream) return ok;
  *out = {};
  out->private_data = new int(0);
  out->get_schema = [](Stream *, Schema *into) {
    arrow::Owned<Schema> schema = arrow::to_c(schema_of("l"));
    if (wrong == Wrong::schema) schema.c.format = "+w:x";
    *into = schema.c;
    schema.c = {};
    return 0;
  };
  out->get_next = [](Stream *self, Array *into) {
    int &count = *static_cast<int *>(self->private_data);
    *into = {};
    if (count == 3) return wrong == Wrong::middle ? 5 : 0;
    move_to(into, batch_of(++count));
    if (wrong == Wrong::type) into->n_children = 0;
    return 0;
  };
  out->get_last_error = [](Stream *) -> const char * { return nullptr; };
  out->release = [](Stream *self) {
    delete static_cast<int *>(self->private_data);
    self->release = nullptr;
    released += "r";
  };
  if (wrong == Wrong::no_release) {
    delete static_cast<int *>(out->private_data);
    out->release = nullptr;
  }
  return ok;
}

Status bind_stream(CStatement *, Stream *stream, Error *) {
  Array batch = {};
  // Waits for JavaScript, until it is cancelled.
  const int error = stream->get_next(stream, &batch);
  stream->release(stream);
  return error ? io_error : ok;
}

Status init(int version, void *table, Error *) {
  if (version != 1001000) return not_implemented;
  Table &to = *static_cast<Table *>(table);
  to.database_new = ok_of;
  to.database_init = ok_of;
  to.database_release = release_database;
  to.connection_new = ok_of;
  to.connection_init = [](CConnection *, CDatabase *, Error *) { return ok; };
  to.connection_release = release_connection;
  to.statement_new = [](CConnection *, CStatement *, Error *) { return ok; };
  to.statement_release = release_statement;
  to.statement_execute_query = execute;
  to.statement_bind_stream = bind_stream;
  to.statement_set_sql_query = [](CStatement *, const char *, Error *) { return ok; };
  to.statement_cancel = [](CStatement *, Error *) {
    is_cancelled = true;
    return ok;
  };
  to.connection_cancel = [](CConnection *, Error *) {
    is_cancelled = true;
    return ok;
  };
  to.connection_set_option = [](CConnection *, const char *, const char *, Error *) { return ok; };
  to.connection_rollback = [](CConnection *, Error *) { return ok; };
  return ok;
}

template <typename Act> Failure failure_of(Act act) {
  try {
    act();
  } catch (const Failure &failure) {
    return failure;
  }
  CHECK(!"it failed");
  return {};
}

bool says(const Failure &failure, Failure::Kind kind, const char *text) {
  const bool does = failure.kind == kind && failure.message.find(text) != std::string::npos;
  if (!does) fprintf(stderr, "%d %s\n", static_cast<int>(failure.kind), failure.message.c_str());
  return does;
}

void tables_are_looked_at() {
  using Kind = Failure::Kind;
  CHECK(says(failure_of([] { load_driver([](int, void *, Error *) -> Status { return internal; }); }),
             Kind::driver, "AdbcDriverInit answered 9 (INTERNAL) without a message"));
  const Failure empty = failure_of([] { load_driver([](int, void *, Error *) -> Status { return ok; }); });
  CHECK(says(empty, Kind::contract, "lacks AdbcDatabaseNew, AdbcDatabaseInit"));
  // One that knows only 1.0.0, and writes as if it were asked for more.
  const Init old = [](int version, void *table, Error *) -> Status {
    if (version != 1000000) return not_implemented;
    init(1001000, table, nullptr);
    return ok;
  };
  CHECK(says(failure_of([&] { load_driver(old); }), Kind::contract, "beyond the table"));
  const Driver *driver = load_driver(init);
  CHECK(driver->version == 1001000);
  CHECK(std::find(driver->missing.begin(), driver->missing.end(), "AdbcConnectionGetInfo") !=
        driver->missing.end());
}

struct Opened {
  Driver &driver = *load_driver(init);
  std::shared_ptr<Database> database = std::make_shared<Database>(driver);
  std::shared_ptr<Connection> connection;
  std::shared_ptr<Statement> statement;
  Opened() {
    released.clear();
    is_cancelled = false;
    database->open({});
    connection = std::make_shared<Connection>(database);
    connection->open({});
    statement = std::make_shared<Statement>(connection);
  }
  Result ask(const std::shared_ptr<Run> &run, size_t batches = 16) {
    Execution execution;
    execution.ask = AskSql{"SELECT"};
    execution.gather_batches = batches;
    return statement->execute(run, execution);
  }
};

void results_are_looked_at() {
  using Kind = Failure::Kind;
  const auto failing = [](Wrong what) {
    wrong = what;
    Opened opened;
    return failure_of([&] { opened.ask(std::make_shared<Run>()); });
  };
  CHECK(says(failing(Wrong::text), Kind::driver,
             "AdbcStatementExecuteQuery answered 5 (INVALID_ARGUMENT) without"));
  CHECK(says(failing(Wrong::type), Kind::contract, "0 children instead of 1"));
  CHECK(says(failing(Wrong::no_release), Kind::contract, "no stream"));
  CHECK(says(failing(Wrong::no_stream), Kind::contract, "no stream"));
  CHECK(says(failing(Wrong::schema), Kind::contract, "no type that Arrow has"));
  // What came before a failure is told before it.
  wrong = Wrong::middle;
  Opened opened;
  const auto run = std::make_shared<Run>();
  const Result result = opened.ask(run);
  CHECK(result.first.block.rows() == 3 && !result.first.done && result.affected == 7);
  CHECK(says(failure_of([&] { opened.statement->gather(*run); }), Kind::driver, "errno 5"));
  wrong = Wrong::nothing;
  CHECK(opened.ask(run).first.done);
}

void releases_in_order() {
  wrong = Wrong::nothing;
  {
    Opened opened;
    CHECK(!opened.ask(std::make_shared<Run>(), 1).first.done);
    CHECK(says(failure_of([&] { opened.database->close(); }), Failure::Kind::input, "1 open connections"));
    // A handle collected late, or early, changes nothing.
    opened.connection.reset();
    opened.database.reset();
    opened.statement.reset();
    CHECK(released == "rscd");
  }
  Opened opened;
  const auto run = std::make_shared<Run>();
  CHECK(opened.ask(run).first.done);
  opened.connection->close();
  opened.database->close();
  CHECK(released == "rscd");
  CHECK(says(failure_of([&] { opened.ask(run); }), Failure::Kind::closed, "is closed"));
}

void cancelling() {
  wrong = Wrong::hangs;
  Opened opened;
  const auto run = std::make_shared<Run>();
  opened.connection->worker.post([&] {
    const Failure failure = failure_of([&] { opened.ask(run); });
    CHECK(failure.kind == Failure::Kind::cancelled && failure.sqlstate == "57014");
  });
  while (!is_hanging)
    std::this_thread::yield();
  CHECK(run->cancel() == Run::Answer::asked);
  CHECK(opened.connection->worker.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(20)));
}

void what_is_left_is_cancelled() {
  wrong = Wrong::nothing;
  const OptionValue off = std::string("false");
  for (const bool in_transaction : {false, true}) {
    for (const bool is_refused : {false, true}) {
      Opened opened;
      if (in_transaction) opened.connection->set("adbc.connection.autocommit", off);
      const auto run = std::make_shared<Run>();
      CHECK(!opened.ask(run, 1).first.done);
      if (is_refused) run->refuse(); // between two calls
      opened.statement->end();
      CHECK(is_cancelled == (is_refused || !in_transaction));
    }
  }
  Opened opened;
  CHECK(opened.ask(std::make_shared<Run>()).first.done);
  opened.statement->end();
  CHECK(!is_cancelled);
}

void a_rollback_cancels_what_was_left() {
  wrong = Wrong::nothing;
  Opened opened;
  opened.connection->set("adbc.connection.autocommit", std::string("false"));
  CHECK(!opened.ask(std::make_shared<Run>(), 1).first.done);
  opened.statement->end();
  opened.connection->rollback();
  CHECK(is_cancelled);
  // The next statement has had the rest read.
  is_cancelled = false;
  CHECK(!opened.ask(std::make_shared<Run>(), 1).first.done);
  opened.statement->end();
  CHECK(opened.ask(std::make_shared<Run>()).first.done);
  opened.connection->rollback();
  CHECK(!is_cancelled);
}

void a_feed_that_nobody_fills_is_cancelled() {
  wrong = Wrong::nothing;
  Opened opened;
  std::atomic<bool> is_asked{false};
  const auto feed = std::make_shared<Feed>(schema_of("l"), [&] { is_asked = true; });
  const auto run = std::make_shared<Run>(feed);
  opened.statement->begin(run);
  opened.connection->worker.post([&] {
    CHECK(failure_of([&] { opened.ask(run); }).kind == Failure::Kind::cancelled);
    opened.statement->finish(run);
  });
  while (!is_asked)
    std::this_thread::yield();
  opened.connection->cancel_for_good();
  CHECK(opened.connection->worker.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(20)));
  CHECK(failure_of([&] { opened.statement->begin(run); }).kind == Failure::Kind::closed);
}

} // namespace

int main() {
  tables_are_looked_at();
  results_are_looked_at();
  releases_in_order();
  cancelling();
  what_is_left_is_cancelled();
  a_rollback_cancels_what_was_left();
  a_feed_that_nobody_fills_is_cancelled();
  puts("ok");
}
