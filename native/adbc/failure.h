// Why a call of a driver failed. Thrown within native/adbc, and never through a driver.
#pragma once

#include "adbc/layout.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mortise::adbc {

struct Failure {
  enum class Kind { driver, contract, cancelled, closed, input }; // as src/native/adbc.ts has them
  Kind kind = Kind::driver;
  std::string call; // the driver's function
  Status status = internal;
  std::string message;
  std::string sqlstate;
  std::optional<int32_t> vendor_code;
  std::vector<std::pair<std::string, std::vector<uint8_t>>> details;
};

// What a driver that broke the rules is accused of.
Failure broken(const char *call, std::string what);
Failure was_closed(std::string what);
Failure unusable(std::string what);

// The error of one call. Released when it goes.
class CallError {
public:
  CallError() { error_.vendor_code = extended_error; }
  CallError(const CallError &) = delete;
  ~CallError();
  operator Error *() { return &error_; }
  // Copies all of it.
  Failure failure(const Table &table, const char *call, Status status) const;

private:
  Error error_ = {};
};

// A copy of an error that belongs to somebody else.
Failure copy_failure(const Table &table, const char *call, Status status, const Error &error);

const char *status_name(Status status);

// Calls a function that ends in an Error; throws when there is none, or when it doesn't answer 0.
template <typename Function, typename... Arguments>
void call(const Table &table, const char *name, Function function, Arguments... arguments) {
  if (!function) {
    Failure none;
    none.call = name;
    none.status = not_implemented;
    none.message = std::string("the driver has no ") + name;
    throw none;
  }
  CallError error;
  const Status status = function(arguments..., static_cast<Error *>(error));
  if (status != ok) throw error.failure(table, name, status);
}

} // namespace mortise::adbc
