// What JavaScript holds of ADBC: a driver, a database, a connection or a statement.
#pragma once

#include "node/adbc_home.h"

#include <deque>
#include <optional>

namespace mortise::adbc {

// A statement as JavaScript's thread, which alone uses it, knows it: what it executes, and what was read ahead.
struct Reading {
  using Outcome = std::variant<Failure, std::shared_ptr<Gathered>>;

  Reading(std::shared_ptr<Home> reading_home, std::shared_ptr<Statement> reading_statement)
      : home(std::move(reading_home)), statement(std::move(reading_statement)) {}
  ~Reading(); // on any thread: the last promise may hold it

  const std::shared_ptr<Home> home;
  std::shared_ptr<Statement> statement;
  std::shared_ptr<Run> run; // none before the first
  uint64_t number = 0;      // of the run: what an earlier one still gives isn't wanted
  bool is_running = false;  // its end hasn't come yet
  bool is_executing = false;
  bool is_gathering = false;
  std::deque<Outcome> ready; // at most one
  std::deque<Deferred> waiting;
  napi_ref pull = nullptr;
};

struct Handle {
  enum class Kind { driver, database, connection, statement };
  Kind kind;
  std::shared_ptr<Home> home;
  Driver *driver = nullptr;
  std::shared_ptr<Database> database;
  std::shared_ptr<Connection> connection;
  std::shared_ptr<Reading> reading;
};

Napi::Value to_handle(Napi::Env env, Handle handle);
// Throws a Napi::Error when it is none of that kind.
Handle &handle_of(const Napi::Value &value, Handle::Kind kind);
Handle &any_handle_of(const Napi::Value &value);

// [name, value] each. Throws a Napi::Error.
OptionList to_options(const Napi::Value &options);
OptionValue to_option(const Napi::Value &value);
// A text without a zero in it, where C would take it to end.
std::string to_c_text(const Napi::Value &value);

Ask to_ask(const Napi::Value &ask);
// Of the parameters all but a feed.
std::shared_ptr<Execution> to_execution(const Napi::Object &object);

// Nothing more comes of its run. JavaScript's thread.
void finish(Napi::Env env, Reading &reading);

// The run's statement ends it; what waits for more is refused. JavaScript's thread.
void stop_reading(Napi::Env env, const std::shared_ptr<Home> &home, Reading &reading);

} // namespace mortise::adbc
