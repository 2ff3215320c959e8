// What parses SQL for a host: one written in JavaScript, or a plugin's table of functions.
#pragma once

#include "engines/sql/summary/summary.h"

#include <mortise/sql.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mortise {

// Why a text has no tree.
struct SqlFault {
  int32_t outcome = MORTISE_SQL_NO_TREE; // MORTISE_SQL_…
  std::string message;
  uint64_t position = 0; // of a syntax error, in bytes from 0
};

class SqlParser {
public:
  // Gets what was made, once; it is valid for that call.
  using Receive = std::function<void(std::string_view made)>;

  virtual ~SqlParser() = default;

  // Each makes one thing of a text without a zero byte, within the host's limits. False: `fault` says why.
  virtual bool json(std::string_view sql, const Receive &receive, SqlFault &fault) = 0;
  virtual bool protobuf(std::string_view sql, const Receive &receive, SqlFault &fault) = 0;
  virtual bool fingerprint(std::string_view sql, uint64_t &fingerprint, SqlFault &fault) = 0;
  virtual bool normalise(std::string_view sql, const Receive &receive, SqlFault &fault) = 0;

  // What stands in the text, which must outlive it. From JSON, unless the parser has something better.
  virtual bool summary(std::string_view sql, std::unique_ptr<SqlSummary> &made, SqlFault &fault);

protected:
  Summariser summariser_;
};

// PostgreSQL counts an error's place in characters from 1, and says 0 when it knows none: in bytes from 0.
uint64_t byte_position(std::string_view sql, uint64_t character);

} // namespace mortise
