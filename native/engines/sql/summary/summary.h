// What stands in SQL, in the structs that plugins read (mortise/sql.h).
#pragma once

#include <mortise/sql.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mortise {

class SqlSummary {
public:
  virtual ~SqlSummary() = default;

  const mortise_sql_summary &view() const { return view_; }
  // How much memory it holds.
  virtual size_t bytes() const = 0;

protected:
  mortise_sql_summary view_{};
};

// From a parser's JSON. `sql` must outlive the summary; `json` need not. Null when the JSON isn't that of libpg_query.
std::unique_ptr<SqlSummary> summarise(std::string_view sql, std::string_view json);

} // namespace mortise
