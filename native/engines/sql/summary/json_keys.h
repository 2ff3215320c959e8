// The names in libpg_query's JSON that a summary is made from.
#pragma once

#include <cstdint>
#include <string_view>

namespace mortise::sql {

// Statements come first, then other nodes, then members; is_statement() and is_node() stand on that.
// clang-format off
#define MORTISE_SQL_STATEMENTS(X) \
  X(AlterExtensionContentsStmt) X(CallStmt) X(CheckPointStmt) X(ClosePortalStmt) X(ClusterStmt) X(CommentStmt) X(ConstraintsSetStmt) \
  X(CopyStmt) X(DeallocateStmt) X(DeclareCursorStmt) X(DeleteStmt) X(DiscardStmt) X(DoStmt) X(DropStmt) \
  X(ExecuteStmt) X(ExplainStmt) X(FetchStmt) X(IndexStmt) X(InsertStmt) X(ListenStmt) X(LoadStmt) \
  X(LockStmt) X(MergeStmt) X(NotifyStmt) X(PrepareStmt) X(RefreshMatViewStmt) X(ReindexStmt) \
  X(SecLabelStmt) X(SelectStmt) X(TransactionStmt) X(TruncateStmt) X(UnlistenStmt) X(UpdateStmt) X(VacuumStmt) \
  X(VariableSetStmt) X(VariableShowStmt)

#define MORTISE_SQL_NODES(X) \
  X(A_ArrayExpr) X(A_Const) X(A_Expr) X(A_Indirection) X(A_Star) X(BoolExpr) X(BooleanTest) X(CollateClause) X(ColumnRef) \
  X(CommonTableExpr) X(DefElem) X(FuncCall) X(GroupingSet) X(JoinExpr) X(JsonArrayAgg) X(JsonObjectAgg) X(JsonTable) X(List) X(LockingClause) \
  X(MergeWhenClause) X(MultiAssignRef) X(NullTest) X(ParamRef) X(RangeFunction) X(RangeSubselect) \
  X(RangeTableFunc) X(RangeVar) X(ResTarget) X(RowExpr) X(SetToDefault) X(String) X(SubLink) X(TypeCast)

#define MORTISE_SQL_MEMBERS(X) \
  X(agg_distinct) X(agg_filter) X(agg_order) X(agg_star) X(alias) X(aliasname) X(arg) X(args) X(arrayBounds) X(attlist) X(boolop) X(booltesttype) X(boolval) \
  X(bsval) X(catalogname) X(colnames) X(colno) X(cols) X(commandType) X(condition) X(constrrel) X(constructor) \
  X(ctename) X(ctequery) X(ctes) X(defname) X(distinctClause) X(elements) X(fields) X(fromClause) \
  X(funccall) X(funcname) X(fval) X(groupClause) X(havingClause) X(idxname) X(indirection) \
  X(inhRelations) X(into) X(intoClause) X(is_from) X(isnull) X(items) X(ival) X(joinCondition) \
  X(join_using_alias) X(jointype) X(kind) X(larg) X(lateral) X(lexpr) X(limitCount) X(limitOffset) \
  X(lockedRels) X(lockingClause) X(name) X(names) X(nulltesttype) X(number) X(object) X(objects) X(objtype) \
  X(onConflictClause) X(op) X(operName) X(options) X(over) X(override) X(pktable) X(quals) X(query) X(rarg) \
  X(recursive) X(rel) X(relation) X(relname) X(removeType) X(returningClause) X(returningList) X(rexpr) \
  X(schemaname) X(selectStmt) X(sequence) X(sortClause) X(source) X(stmt) X(stmt_len) X(stmt_location) \
  X(stmts) X(strength) X(subLinkType) X(subquery) X(subselect) X(sval) X(table) X(targetList) \
  X(testexpr) X(typeName) X(typmods) X(val) X(values) X(valuesLists) X(view) X(whereClause) X(withClause)

#define MORTISE_SQL_KEY(name) name,
enum class Key : uint8_t {
  none, // of an element of an array
  MORTISE_SQL_STATEMENTS(MORTISE_SQL_KEY)
  other_statement,
  MORTISE_SQL_NODES(MORTISE_SQL_KEY)
  other_node,
  MORTISE_SQL_MEMBERS(MORTISE_SQL_KEY)
  other_member
};
// clang-format on
#undef MORTISE_SQL_KEY

// An unknown name becomes one of the three that are called other.
Key key_of(std::string_view name);

constexpr bool is_statement(Key key) {
  return key != Key::none && key <= Key::other_statement;
}

// Names of nodes begin with a capital letter.
constexpr bool is_node(Key key) {
  return key != Key::none && key <= Key::other_node;
}

constexpr bool is_known(Key key) {
  return key != Key::none && key != Key::other_statement && key != Key::other_node &&
         key != Key::other_member;
}

} // namespace mortise::sql
