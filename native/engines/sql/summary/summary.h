// What stands in SQL, in the structs that plugins read (mortise/sql.h).
#pragma once

#include <mortise/sql.h>
#include <mortise/sql_parser.h>

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

// Makes summaries of what one parser gives. What it needs for one it keeps for the next.
class Summariser {
public:
  Summariser();
  ~Summariser();
  Summariser(const Summariser &) = delete;
  Summariser &operator=(const Summariser &) = delete;

  // `sql` must outlive the summary; the tree need not. Null when the tree isn't that of libpg_query.
  std::unique_ptr<SqlSummary> of_json(std::string_view sql, std::string_view json);
  std::unique_ptr<SqlSummary> of_nodes(std::string_view sql, const mortise_sql_parser_node *nodes,
                                       size_t count);

private:
  struct Parts;
  template <typename Read> std::unique_ptr<SqlSummary> make(std::string_view sql, Read read);

  std::unique_ptr<Parts> parts_;
};

} // namespace mortise
