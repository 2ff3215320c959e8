// A database and its connections. Each connection has a thread, on which all of its calls are made; what a destructor
// releases must go on that thread, too.
#pragma once

#include "adbc/driver.h"
#include "adbc/options.h"
#include "adbc/run.h"
#include "adbc/worker.h"
#include "engines/arrow/field.h"

#include <memory>
#include <mutex>
#include <set>

namespace mortise::adbc {

class Statement;

class Database {
public:
  explicit Database(const Driver &driver) : table(driver.table) {}
  ~Database();

  // On its worker. All throw a Failure.
  void open(const OptionList &options);
  void close();
  void set(const std::string &name, const OptionValue &value);
  OptionValue get(const std::string &name, OptionType type);

  const Table &table;
  Worker worker;

private:
  friend class Connection;
  void release();

  std::mutex mutex_; // held in its calls: connections are opened on threads of theirs
  CDatabase raw_ = {};
  bool is_open_ = false;
  size_t connections_ = 0;
};

class Connection {
public:
  explicit Connection(std::shared_ptr<Database> database)
      : table(database->table), database_(std::move(database)) {}
  ~Connection();

  // On its worker. All throw a Failure.
  void open(const OptionList &options);
  void close();
  void set(const std::string &name, const OptionValue &value);
  OptionValue get(const std::string &name, OptionType type);
  void commit();
  void rollback();
  arrow::Field table_schema(const char *catalog, const char *schema, const char *name);
  CConnection *raw(); // throws when it is closed
  bool is_in_transaction() const { return is_in_transaction_; }

  // Any thread: what is being executed, and whatever comes later.
  void cancel_for_good();

  const Table &table;
  Worker worker;

private:
  friend class Statement;
  void release();
  void note(const std::string &option, const OptionValue &value);

  const std::shared_ptr<Database> database_;
  CConnection raw_ = {};
  bool is_open_ = false;
  bool is_in_transaction_ = false;
  bool has_unread_ = false; // the database may still send what a statement of the transaction has left
  std::mutex mutex_;
  std::set<Statement *> statements_;
  std::set<std::shared_ptr<Run>> runs_; // that are being executed
  bool is_ending_ = false;
};

} // namespace mortise::adbc
