#include "engines/sql/summary/statement_kinds.h"

namespace mortise::sql {
namespace {

// Of one block, apart from those in it.
int32_t access_of_block(const mortise_sql_block &block) {
  constexpr uint32_t locks = MORTISE_SQL_HAS_FOR_UPDATE | MORTISE_SQL_HAS_FOR_SHARE | MORTISE_SQL_HAS_INTO;
  switch (block.kind) {
  case MORTISE_SQL_SELECT:
    return block.flags & locks ? MORTISE_ACCESS_WRITE : MORTISE_ACCESS_READ;
  case MORTISE_SQL_COPY:
  case MORTISE_SQL_EXPLAIN:
  case MORTISE_SQL_CURSOR:
  case MORTISE_SQL_SHOW:
    return MORTISE_ACCESS_READ;
  case MORTISE_SQL_TRANSACTION:
  case MORTISE_SQL_SET:
  case MORTISE_SQL_PREPARE:
  case MORTISE_SQL_EXECUTE:
  case MORTISE_SQL_DEALLOCATE:
    return MORTISE_ACCESS_UNKNOWN;
  default:
    return MORTISE_ACCESS_WRITE;
  }
}

// EXPLAIN runs its statement when ANALYZE is given, and not as "off". The last one counts.
bool runs(const JsonTape &tape, uint32_t explain) {
  bool analyze = false;
  const uint32_t options = tape.find(explain, Key::options);
  for (uint32_t option = tape.first(options); option; option = tape.next(option, options)) {
    const uint32_t element = tape.find(option, Key::DefElem);
    if (tape.raw(tape.find(element, Key::defname)) != "analyze") continue;
    const uint32_t value = tape.first(tape.find(element, Key::arg));
    const std::string_view word = tape.raw(tape.find(value, Key::sval));
    const bool is_zero = tape[value].key == Key::other_node && !tape.first(value);
    // Integer and Boolean leave out what is 0 or false.
    analyze = !is_zero && word != "false" && word != "off" && word != "0";
  }
  return analyze;
}

} // namespace

int32_t kind_of(Key statement) {
  switch (statement) {
  case Key::SelectStmt:
    return MORTISE_SQL_SELECT;
  case Key::InsertStmt:
    return MORTISE_SQL_INSERT;
  case Key::UpdateStmt:
    return MORTISE_SQL_UPDATE;
  case Key::DeleteStmt:
    return MORTISE_SQL_DELETE;
  case Key::MergeStmt:
    return MORTISE_SQL_MERGE;
  case Key::CopyStmt:
    return MORTISE_SQL_COPY;
  case Key::TruncateStmt:
    return MORTISE_SQL_TRUNCATE;
  case Key::CallStmt:
  case Key::DoStmt:
    return MORTISE_SQL_CALL;
  case Key::ExplainStmt:
    return MORTISE_SQL_EXPLAIN;
  case Key::TransactionStmt:
    return MORTISE_SQL_TRANSACTION;
  case Key::VariableSetStmt:
  case Key::ConstraintsSetStmt:
    return MORTISE_SQL_SET;
  case Key::VariableShowStmt:
    return MORTISE_SQL_SHOW;
  case Key::PrepareStmt:
    return MORTISE_SQL_PREPARE;
  case Key::ExecuteStmt:
    return MORTISE_SQL_EXECUTE;
  case Key::DeallocateStmt:
    return MORTISE_SQL_DEALLOCATE;
  case Key::DeclareCursorStmt:
  case Key::FetchStmt:
  case Key::ClosePortalStmt:
    return MORTISE_SQL_CURSOR;
  case Key::ListenStmt:
  case Key::UnlistenStmt:
  case Key::NotifyStmt:
    return MORTISE_SQL_LISTEN;
  case Key::LockStmt:
    return MORTISE_SQL_LOCK;
  case Key::CheckPointStmt:
  case Key::ClusterStmt:
  case Key::DiscardStmt:
  case Key::LoadStmt:
  case Key::RefreshMatViewStmt:
  case Key::ReindexStmt:
  case Key::VacuumStmt:
    return MORTISE_SQL_OTHER;
  default:
    return MORTISE_SQL_DEFINE;
  }
}

int32_t access_of(const JsonTape &tape, uint32_t node, const mortise_sql_statement &statement,
                  const Draft &draft) {
  switch (tape[node].key) {
  case Key::FetchStmt:
  case Key::ClosePortalStmt:
  case Key::CheckPointStmt:
  case Key::DiscardStmt:
  case Key::LoadStmt:
  case Key::PrepareStmt:
    return MORTISE_ACCESS_UNKNOWN;
  case Key::ExplainStmt:
    if (!runs(tape, node)) return MORTISE_ACCESS_READ;
    break;
  case Key::CopyStmt:
    if (tape.is(tape.find(node, Key::is_from), JsonKind::truth)) return MORTISE_ACCESS_WRITE;
    break;
  default:
    break;
  }
  int32_t access = MORTISE_ACCESS_READ;
  for (uint32_t at = 0; at < statement.block_count; ++at) {
    const int32_t of_block = access_of_block(draft.blocks[statement.first_block + at]);
    if (of_block == MORTISE_ACCESS_WRITE) return of_block;
    if (of_block == MORTISE_ACCESS_UNKNOWN) access = of_block;
  }
  return access;
}

} // namespace mortise::sql
