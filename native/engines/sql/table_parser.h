// A parser that a plugin provides as the service sql.parser.
#pragma once

#include "engines/sql/parser.h"

#include <mortise/sql_parser.h>

namespace mortise {

class TableParser final : public SqlParser {
public:
  // `host` is the caller that the plugin sees. Both must outlive the parser.
  TableParser(const mortise_host *host, const mortise_sql_parser_v1 &table) : host_(host), table_(table) {}

  bool json(std::string_view sql, const Receive &receive, SqlFault &fault) override;
  bool protobuf(std::string_view sql, const Receive &receive, SqlFault &fault) override;
  bool fingerprint(std::string_view sql, uint64_t &fingerprint, SqlFault &fault) override;
  bool normalise(std::string_view sql, const Receive &receive, SqlFault &fault) override;
  bool summary(std::string_view sql, std::unique_ptr<SqlSummary> &made, SqlFault &fault) override;

private:
  using Make = int32_t (*)(const mortise_host *, mortise_text, mortise_sql_parser_receive, void *,
                           mortise_sql_parser_fault *);
  bool make(Make make, std::string_view sql, const Receive &receive, SqlFault &fault);

  const mortise_host *const host_;
  const mortise_sql_parser_v1 &table_;
};

} // namespace mortise
