#include "routing/parsed_link.h"

#include "services/built_in.h"

namespace mortise {
namespace {

// A statement that no parser takes is refused as the server would; anything else isn't the client's fault.
const char *sqlstate_of(const mortise_sql_summary &summary) {
  switch (summary.outcome) {
  case MORTISE_SQL_SYNTAX_ERROR:
    return "42601"; // syntax_error
  case MORTISE_SQL_TOO_LONG:
  case MORTISE_SQL_TOO_DEEP:
    return "54001"; // statement_too_complex
  default:
    return "58000"; // system_error
  }
}

int32_t route(const mortise_context *question, mortise_route *answer, void *context) {
  const Plugin *plugin = static_cast<const Plugin *>(context);
  const mortise_sql_summary *summary = sql_table.summary(&plugin->table, question->statement);
  if (summary->outcome == MORTISE_SQL_PARSED) return plugin->entries.route(question, answer);
  return mortise_block_because(answer, sqlstate_of(*summary), "%s must see the syntax tree: %.*s",
                               plugin->name.c_str(), MORTISE_TEXT_ARGS(summary->message));
}

} // namespace

Link parsed_link(Plugin *plugin) {
  return {route, plugin};
}

} // namespace mortise
