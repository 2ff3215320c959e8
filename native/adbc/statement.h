// A statement and the result that it has open. Everything on its connection's thread, unless it is said otherwise.
#pragma once

#include "adbc/connection.h"
#include "adbc/feed.h"
#include "engines/arrow/block.h"

#include <optional>
#include <variant>

namespace mortise::adbc {

// A text that may be absent.
using MaybeText = std::optional<std::string>;

// What a statement is asked; src/native/adbc.ts says more of each.
struct AskSql {
  std::string sql;
};
struct AskPlan {
  Bytes plan;
};
struct AskAgain {};
struct AskIngest {};
struct AskInfo {
  std::vector<uint32_t> codes;
};
struct AskObjects {
  int depth = 0;
  MaybeText catalog, schema, table, column;
  std::optional<std::vector<std::string>> types;
};
struct AskTableTypes {};
struct AskStatistics {
  MaybeText catalog, schema, table;
  bool approximate = false;
};
struct AskStatisticNames {};
using Ask = std::variant<AskSql, AskPlan, AskAgain, AskIngest, AskInfo, AskObjects, AskTableTypes,
                         AskStatistics, AskStatisticNames>;

struct Execution {
  Ask ask;
  OptionList options;
  // One batch of parameters, with its schema; or the run's feed; or neither.
  arrow::Owned<Schema> parameter_schema;
  arrow::Owned<Array> parameters;
  bool rows = true;
  bool prepare = false;
  bool once = false;
  uint64_t gather_bytes = 1 << 20;
  size_t gather_batches = 16;
  uint64_t max_batch_bytes = 1 << 30;
};

struct Gathered {
  arrow::Block block;
  bool done = false;
};

struct Result {
  std::shared_ptr<const arrow::Field> schema; // none without rows
  Gathered first;
  int64_t affected = -1;
};

// What a driver gave as the schema of rows: a struct. Throws a Failure.
arrow::Field read_result_schema(const char *call, const arrow::Owned<Schema> &schema);

class Statement {
public:
  explicit Statement(std::shared_ptr<Connection> statement_connection);
  ~Statement();

  // All throw a Failure.
  Result execute(const std::shared_ptr<Run> &run, Execution &execution);
  Gathered gather(Run &run);
  void prepare(const Ask &ask, const OptionList &options);
  std::optional<arrow::Field> parameter_schema(); // none when the driver doesn't know
  void set(const std::string &name, const OptionValue &value);
  OptionValue get(const std::string &name, OptionType type);
  // Its result is over. What the database still does for it is cancelled, except in a transaction, which that would
  // end: there the driver reads the rest before the next statement.
  void end();
  void close();
  // The same, and nobody is told of a failure. Safe to repeat.
  void release();

  // Any thread: what is being executed is known, so that all can be cancelled. Throws when the connection ends.
  void begin(const std::shared_ptr<Run> &run);
  void finish(const std::shared_ptr<Run> &run);

  const std::shared_ptr<Connection> connection;

private:
  void retire();     // ends its result, and releases what the driver has of it: another may be asked after it
  CStatement *raw(); // makes it when it is first needed
  void put(const Ask &ask);
  void bind(Run &run, Execution &execution);
  void ask_connection(const Ask &ask, Stream *stream);
  void leave();
  void read_schema();
  [[noreturn]] void fail_stream(const char *call, int error);
  bool next(arrow::Block &block); // false at the end

  const Table &table_;
  CStatement raw_ = {};
  bool is_made_ = false, is_closed_ = false, is_once_ = false;
  std::shared_ptr<Run> run_; // the last one
  arrow::Owned<Stream> stream_;
  bool is_at_end_ = false; // of the stream, or it has failed
  std::shared_ptr<const arrow::Field> schema_;
  uint64_t gather_bytes_ = 0, max_batch_bytes_ = 0;
  size_t gather_batches_ = 0;
  std::optional<Failure> later_; // of a stream that had given batches before
};

} // namespace mortise::adbc
