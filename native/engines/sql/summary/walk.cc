#include "engines/sql/summary/walk.h"

#include "engines/sql/summary/block_flags.h"
#include "engines/sql/summary/statement_kinds.h"

namespace mortise::sql {

bool Walk::statement(uint32_t node) {
  const uint32_t end = tape_[node].end;
  frames_.clear();
  frames_.emplace_back();
  frames_.back().end = end;
  for (uint32_t at = node; at < end;) {
    while (frames_.back().end <= at)
      leave();
    const JsonNode &one = tape_[at];
    const bool holds = one.kind == JsonKind::object || one.kind == JsonKind::array;
    if (!holds || one.key == Key::none) {
      ++at;
      continue;
    }
    Frame frame = frames_.back();
    frame.end = one.end;
    frame.of = one.key;
    frame.names = false;
    if (enter(at, frames_.back(), frame)) {
      frames_.push_back(frame);
      ++at;
    } else {
      at = one.end;
    }
  }
  while (frames_.size() > 1)
    leave();
  return !failed_ && !operands_.failed();
}

void Walk::leave() {
  const Frame &frame = frames_.back();
  if (frame.names) names_.end();
  if (frame.of == Key::CommonTableExpr && frame.hides) names_.show_next();
  frames_.pop_back();
}

bool Walk::enter(uint32_t node, const Frame &around, Frame &frame) {
  const Key key = tape_[node].key;
  const bool is_side = around.of == Key::SelectStmt && (key == Key::larg || key == Key::rarg);
  if ((is_statement(key) || is_side) && tape_.is(node, JsonKind::object)) {
    if (is_side) frame.up = draft_.up[around.block];
    enter_statement(node, around, frame);
    return true;
  }
  return is_node(key) ? enter_node(node, around, frame) : enter_member(node, around, frame);
}

void Walk::enter_statement(uint32_t node, const Frame &around, Frame &frame) {
  const Key key = is_statement(tape_[node].key) ? tape_[node].key : Key::SelectStmt;
  const uint32_t parent = around.block, up = frame.up;
  const Key around_of = around.of;
  uint32_t flags = 0;
  if (!flags_of(tape_, node, flags)) failed_ = true;
  frame.of = key;
  frame.certain = frame.hides = frame.lateral = false;
  frame.joined = true;
  frame.sets = has_grouping_sets(node);
  frame.place = MORTISE_SQL_IN_OTHER;
  frame.use = MORTISE_SQL_USE_READ;
  if (around_of == Key::selectStmt && is_bare_values(tape_, node)) {
    draft_.blocks[parent].flags |= MORTISE_SQL_HAS_VALUES;
    return;
  }
  const uint32_t block = static_cast<uint32_t>(draft_.blocks.size());
  const uint32_t statement = static_cast<uint32_t>(draft_.statements.size());
  draft_.blocks.push_back({kind_of(key), flags, statement, parent});
  draft_.up.push_back(up);
  frame.block = frame.up = block;
  frame.target = none;
  if (const uint32_t with = tape_.find(node, Key::withClause)) begin_names(with, frame);
  enter_kind(node, key, frame);
}

void Walk::enter_kind(uint32_t node, Key key, Frame &frame) {
  const uint32_t block = frame.block, relation = tape_.find(node, Key::relation);
  switch (key) {
  case Key::SelectStmt:
    tables_.locks(tape_.find(node, Key::lockingClause), block);
    return;
  case Key::InsertStmt:
  case Key::UpdateStmt:
  case Key::DeleteStmt:
  case Key::MergeStmt:
    frame.target = static_cast<uint32_t>(draft_.tables.size());
    tables_.named(relation, block, MORTISE_SQL_USE_WRITE, true, false);
    if (key == Key::InsertStmt) assignments_.insert(node, block, frame.target);
    if (key == Key::UpdateStmt) assignments_.set(tape_.find(node, Key::targetList), block, frame.target);
    if (tape_.find(node, Key::onConflictClause)) tables_.hidden("excluded", block);
    return;
  case Key::CopyStmt:
    if (relation && tape_.is(tape_.find(node, Key::is_from), JsonKind::truth))
      frame.use = MORTISE_SQL_USE_WRITE;
    return;
  case Key::TruncateStmt:
  case Key::LockStmt:
  case Key::RefreshMatViewStmt:
    frame.use = MORTISE_SQL_USE_WRITE;
    return;
  case Key::IndexStmt:
    tables_.index(node, block);
    break;
  case Key::AlterExtensionContentsStmt:
  case Key::CommentStmt:
  case Key::DropStmt:
  case Key::SecLabelStmt:
    tables_.dropped(node, block);
    break;
  default:
    break;
  }
  if (draft_.blocks[block].kind == MORTISE_SQL_DEFINE || draft_.blocks[block].kind == MORTISE_SQL_OTHER)
    frame.use = MORTISE_SQL_USE_DEFINE;
}

bool Walk::has_grouping_sets(uint32_t select) const {
  const uint32_t groups = tape_.find(select, Key::groupClause);
  for (uint32_t group = tape_.first(groups); group; group = tape_.next(group, groups))
    if (operands_.node(group, Key::GroupingSet)) return true;
  return false;
}

void Walk::begin_names(uint32_t with, Frame &frame) {
  frame.names = true;
  names_.begin();
  const uint32_t queries = tape_.find(with, Key::ctes);
  for (uint32_t query = tape_.first(queries); query; query = tape_.next(query, queries))
    names_.add(operands_.text(tape_.find(operands_.node(query, Key::CommonTableExpr), Key::ctename)));
}

} // namespace mortise::sql
