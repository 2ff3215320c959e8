//! `sql.h`: the service `mortise.sql` 1.0.

use super::{Host, Statement, Text};
use core::mem::{offset_of, size_of};

/// There is a tree.
pub const SQL_PARSED: i32 = 0;
/// `message` and `position` say what and where.
pub const SQL_SYNTAX_ERROR: i32 = 1;
/// Longer than the host parses.
pub const SQL_TOO_LONG: i32 = 2;
/// Nested more deeply than the host parses.
pub const SQL_TOO_DEEP: i32 = 3;
/// The host has no parser, or it failed; `message` says why.
pub const SQL_NO_TREE: i32 = 4;
/// Any other statement.
pub const SQL_OTHER: i32 = 0;
/// VALUES and TABLE, too.
pub const SQL_SELECT: i32 = 1;
/// `INSERT`.
pub const SQL_INSERT: i32 = 2;
/// `UPDATE`.
pub const SQL_UPDATE: i32 = 3;
/// `DELETE`.
pub const SQL_DELETE: i32 = 4;
/// `MERGE`.
pub const SQL_MERGE: i32 = 5;
/// `COPY`.
pub const SQL_COPY: i32 = 6;
/// `TRUNCATE`.
pub const SQL_TRUNCATE: i32 = 7;
/// And DO.
pub const SQL_CALL: i32 = 8;
/// `EXPLAIN`.
pub const SQL_EXPLAIN: i32 = 9;
/// BEGIN, COMMIT, ROLLBACK, SAVEPOINT …
pub const SQL_TRANSACTION: i32 = 10;
/// And RESET.
pub const SQL_SET: i32 = 11;
/// `SHOW`.
pub const SQL_SHOW: i32 = 12;
/// `PREPARE`.
pub const SQL_PREPARE: i32 = 13;
/// `EXECUTE`.
pub const SQL_EXECUTE: i32 = 14;
/// `DEALLOCATE`.
pub const SQL_DEALLOCATE: i32 = 15;
/// DECLARE, FETCH, MOVE, CLOSE.
pub const SQL_CURSOR: i32 = 16;
/// LISTEN, UNLISTEN, NOTIFY.
pub const SQL_LISTEN: i32 = 17;
/// `LOCK`.
pub const SQL_LOCK: i32 = 18;
/// CREATE, ALTER, DROP and what else changes the schema, roles or rights.
pub const SQL_DEFINE: i32 = 19;
/// `WHERE`.
pub const SQL_HAS_WHERE: u32 = 1;
/// LIMIT or FETCH FIRST.
pub const SQL_HAS_LIMIT: u32 = 2;
/// `OFFSET`.
pub const SQL_HAS_OFFSET: u32 = 4;
/// `ORDER BY`.
pub const SQL_HAS_ORDER_BY: u32 = 8;
/// `GROUP BY`.
pub const SQL_HAS_GROUP_BY: u32 = 16;
/// `HAVING`.
pub const SQL_HAS_HAVING: u32 = 32;
/// `DISTINCT`.
pub const SQL_HAS_DISTINCT: u32 = 64;
/// A window function.
pub const SQL_HAS_WINDOW: u32 = 128;
/// UNION, INTERSECT or EXCEPT: its sides are blocks of their own.
pub const SQL_HAS_SET: u32 = 256;
/// Each of its queries is a block of its own.
pub const SQL_HAS_WITH: u32 = 512;
/// `RETURNING`.
pub const SQL_HAS_RETURNING: u32 = 1024;
/// INSERT and COPY: names its columns.
pub const SQL_HAS_COLUMNS: u32 = 2048;
/// ON CONFLICT.
pub const SQL_HAS_CONFLICT: u32 = 4096;
/// FOR UPDATE, FOR NO KEY UPDATE.
pub const SQL_HAS_FOR_UPDATE: u32 = 8192;
/// FOR SHARE, FOR KEY SHARE.
pub const SQL_HAS_FOR_SHARE: u32 = 16384;
/// SELECT INTO: makes a table.
pub const SQL_HAS_INTO: u32 = 32768;
/// VALUES lists, of a block of their own or of an INSERT.
pub const SQL_HAS_VALUES: u32 = 65536;
/// Rows are read.
pub const SQL_USE_READ: i32 = 1;
/// Rows are added, changed, removed or locked.
pub const SQL_USE_WRITE: i32 = 2;
/// Made, altered or dropped.
pub const SQL_USE_DEFINE: i32 = 3;
/// Anywhere else.
pub const SQL_IN_OTHER: i32 = 0;
/// `WHERE`.
pub const SQL_IN_WHERE: i32 = 1;
/// ON.
pub const SQL_IN_JOIN: i32 = 2;
/// `HAVING`.
pub const SQL_IN_HAVING: i32 = 3;
/// A column of an INSERT and a value that it gets; `operation` is "=".
pub const SQL_IN_VALUES: i32 = 4;
/// A column of an UPDATE, also of ON CONFLICT or MERGE, and its new value.
pub const SQL_IN_SET: i32 = 5;
/// An expression whose value the text doesn't tell.
pub const SQL_VALUE_OTHER: i32 = 0;
/// `parameter`.
pub const SQL_VALUE_PARAMETER: i32 = 1;
/// `value` has the digits, with a sign when it is negative.
pub const SQL_VALUE_INTEGER: i32 = 2;
/// A number of any other form, also an integer over 32 bits.
pub const SQL_VALUE_DECIMAL: i32 = 3;
/// A string.
pub const SQL_VALUE_TEXT: i32 = 4;
/// "true" or "false".
pub const SQL_VALUE_BOOLEAN: i32 = 5;
/// As libpg_query has it: "b101", "x1F".
pub const SQL_VALUE_BITS: i32 = 6;
/// `NULL`.
pub const SQL_VALUE_NULL: i32 = 7;
/// `DEFAULT`.
pub const SQL_VALUE_DEFAULT: i32 = 8;
/// It holds for every row that its block reads or changes: only AND and inner joins stand above it.
pub const SQL_CERTAIN: u32 = 1;
/// The value is an array or a subquery, of which one element is meant: column = ANY($1), column IN (SELECT …).
pub const SQL_ARRAY: u32 = 2;
/// The same, but every element is meant: column <> ALL($1).
pub const SQL_ARRAY_ALL: u32 = 4;
/// Not this value alone: its group has others.
pub const SQL_ALTERNATIVE: u32 = 8;
/// count(*).
pub const SQL_FUNCTION_STAR: u32 = 1;
/// `DISTINCT`.
pub const SQL_FUNCTION_DISTINCT: u32 = 2;
/// Behind its arguments, or WITHIN GROUP.
pub const SQL_FUNCTION_ORDER_BY: u32 = 4;
/// `FILTER`.
pub const SQL_FUNCTION_FILTER: u32 = 8;
/// A window function.
pub const SQL_FUNCTION_OVER: u32 = 16;
/// A place in a list that there is none of.
pub const SQL_NONE: u32 = u32::MAX;

/// `mortise_sql_statement`.
#[repr(C)]
pub struct SqlStatement {
    /// `SQL_SELECT` …
    pub kind: i32,
    /// `ACCESS_`…; a SELECT reads, whatever its functions do. Unknown: BEGIN, SET …
    pub access: i32,
    /// Its blocks follow one another, the outermost first.
    pub first_block: u32,
    /// How many blocks there are.
    pub block_count: u32,
    /// Libpg_query's name: "SelectStmt".
    pub node: Text,
    /// Its part of the text, without blanks and ";" around it.
    pub sql: Text,
}

/// `mortise_sql_block`.
#[repr(C)]
pub struct SqlBlock {
    /// `SQL_SELECT` …
    pub kind: i32,
    /// `SQL_HAS_`…
    pub flags: u32,
    /// Its index.
    pub statement: u32,
    /// The block around it; `SQL_NONE`: the outermost.
    pub parent: u32,
}

/// `mortise_sql_table`.
#[repr(C)]
pub struct SqlTable {
    /// Its block, as an index.
    pub block: u32,
    /// `SQL_USE_`…
    pub usage: i32,
    /// Empty when not given.
    pub catalog: Text,
    /// Empty when not given.
    pub schema: Text,
    /// Its name.
    pub name: Text,
    /// Empty when not given.
    pub alias: Text,
}

/// `mortise_sql_function`.
#[repr(C)]
pub struct SqlFunction {
    /// Its block, as an index.
    pub block: u32,
    /// `SQL_FUNCTION_`…
    pub flags: u32,
    /// Empty when not given.
    pub schema: Text,
    /// Its name.
    pub name: Text,
}

/// `mortise_sql_comparison`.
#[repr(C)]
pub struct SqlComparison {
    /// Its block, as an index.
    pub block: u32,
    /// Whose column it is, as an index: by its qualifier, or because the block has no other. `SQL_NONE`: the text doesn't tell.
    pub table: u32,
    /// As written before the column: "orders", "o".
    pub qualifier: Text,
    /// Its name.
    pub column: Text,
    /// "=", "<>", "<", "IS", "IS NOT", "~~" for LIKE …, the column at its left.
    pub operation: Text,
    /// A literal's text; empty for a parameter.
    pub value: Text,
    /// `SQL_VALUE_`…
    pub type_: i32,
    /// From 1; 0: none.
    pub parameter: u32,
    /// `SQL_IN_`…
    pub place: i32,
    /// `SQL_CERTAIN` …
    pub flags: u32,
    /// Comparisons of one group are alternatives: the values of one IN, or of one column in the rows of an INSERT.
    pub group: u32,
    /// 0.
    pub reserved: u32,
}

/// `mortise_sql_summary`.
#[repr(C)]
pub struct SqlSummary {
    /// Bytes of the host's struct.
    pub size: u32,
    /// `SQL_PARSED` …
    pub outcome: i32,
    /// Why there is no tree.
    pub message: Text,
    /// Of a syntax error, in bytes from 0.
    pub position: u64,
    /// Of all statements together: unknown when one is, else write when one is.
    pub access: i32,
    /// The highest $n.
    pub parameter_count: u32,
    /// `statement_count` of them.
    pub statements: *const SqlStatement,
    /// `block_count` of them.
    pub blocks: *const SqlBlock,
    /// `table_count` of them.
    pub tables: *const SqlTable,
    /// `function_count` of them.
    pub functions: *const SqlFunction,
    /// `comparison_count` of them.
    pub comparisons: *const SqlComparison,
    /// 0 for an empty text, or one of comments only.
    pub statement_count: u32,
    /// How many blocks there are.
    pub block_count: u32,
    /// How many tables there are.
    pub table_count: u32,
    /// How many functions there are.
    pub function_count: u32,
    /// How many comparisons there are.
    pub comparison_count: u32,
    /// 0.
    pub reserved: u32,
}

/// `mortise_sql_tree`.
#[repr(C)]
pub struct SqlTree {
    /// Bytes of the host's struct.
    pub size: u32,
    /// `SQL_PARSED` …
    pub outcome: i32,
    /// `bytes` bytes.
    pub data: *const u8,
    /// How many bytes there are.
    pub bytes: u64,
    /// Of the text's tree; no other ever has it in this process: a key for what a plugin made of the bytes.
    pub id: u64,
    /// Why there is none.
    pub message: Text,
}

/// `mortise_sql_v1`: the table of `mortise.sql` 1.0.
///
/// A `statement` is [`Context::statement`](super::Context::statement) of the call that the plugin is in; each function
/// is for the thread of that call only, and what it answers is valid until the call returns.
#[repr(C)]
pub struct SqlV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Never null. \[any-thread\]
    pub summary: unsafe extern "C" fn(host: *const Host, statement: *const Statement) -> *const SqlSummary,
    /// Never null. \[any-thread\]
    pub tree: unsafe extern "C" fn(host: *const Host, statement: *const Statement) -> *const SqlTree,
    /// [`PASS`](super::PASS) when there is none. \[any-thread\]
    pub fingerprint:
        unsafe extern "C" fn(host: *const Host, statement: *const Statement, fingerprint: *mut u64) -> i32,
    /// [`PASS`](super::PASS), and an empty text, when there is none. \[any-thread\]
    pub normalise:
        unsafe extern "C" fn(host: *const Host, statement: *const Statement, sql: *mut Text) -> i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<SqlStatement>() == 48);
    assert!(offset_of!(SqlStatement, access) == 4);
    assert!(offset_of!(SqlStatement, first_block) == 8);
    assert!(offset_of!(SqlStatement, block_count) == 12);
    assert!(offset_of!(SqlStatement, node) == 16);
    assert!(offset_of!(SqlStatement, sql) == 32);
    assert!(size_of::<SqlBlock>() == 16);
    assert!(offset_of!(SqlBlock, flags) == 4);
    assert!(offset_of!(SqlBlock, statement) == 8);
    assert!(offset_of!(SqlBlock, parent) == 12);
    assert!(size_of::<SqlTable>() == 72);
    assert!(offset_of!(SqlTable, usage) == 4);
    assert!(offset_of!(SqlTable, catalog) == 8);
    assert!(offset_of!(SqlTable, schema) == 24);
    assert!(offset_of!(SqlTable, name) == 40);
    assert!(offset_of!(SqlTable, alias) == 56);
    assert!(size_of::<SqlFunction>() == 40);
    assert!(offset_of!(SqlFunction, flags) == 4);
    assert!(offset_of!(SqlFunction, schema) == 8);
    assert!(offset_of!(SqlFunction, name) == 24);
    assert!(size_of::<SqlComparison>() == 96);
    assert!(offset_of!(SqlComparison, table) == 4);
    assert!(offset_of!(SqlComparison, qualifier) == 8);
    assert!(offset_of!(SqlComparison, column) == 24);
    assert!(offset_of!(SqlComparison, operation) == 40);
    assert!(offset_of!(SqlComparison, value) == 56);
    assert!(offset_of!(SqlComparison, type_) == 72);
    assert!(offset_of!(SqlComparison, parameter) == 76);
    assert!(offset_of!(SqlComparison, place) == 80);
    assert!(offset_of!(SqlComparison, flags) == 84);
    assert!(offset_of!(SqlComparison, group) == 88);
    assert!(offset_of!(SqlComparison, reserved) == 92);
    assert!(size_of::<SqlSummary>() == 104);
    assert!(offset_of!(SqlSummary, outcome) == 4);
    assert!(offset_of!(SqlSummary, message) == 8);
    assert!(offset_of!(SqlSummary, position) == 24);
    assert!(offset_of!(SqlSummary, access) == 32);
    assert!(offset_of!(SqlSummary, parameter_count) == 36);
    assert!(offset_of!(SqlSummary, statements) == 40);
    assert!(offset_of!(SqlSummary, blocks) == 48);
    assert!(offset_of!(SqlSummary, tables) == 56);
    assert!(offset_of!(SqlSummary, functions) == 64);
    assert!(offset_of!(SqlSummary, comparisons) == 72);
    assert!(offset_of!(SqlSummary, statement_count) == 80);
    assert!(offset_of!(SqlSummary, block_count) == 84);
    assert!(offset_of!(SqlSummary, table_count) == 88);
    assert!(offset_of!(SqlSummary, function_count) == 92);
    assert!(offset_of!(SqlSummary, comparison_count) == 96);
    assert!(offset_of!(SqlSummary, reserved) == 100);
    assert!(size_of::<SqlTree>() == 48);
    assert!(offset_of!(SqlTree, outcome) == 4);
    assert!(offset_of!(SqlTree, data) == 8);
    assert!(offset_of!(SqlTree, bytes) == 16);
    assert!(offset_of!(SqlTree, id) == 24);
    assert!(offset_of!(SqlTree, message) == 32);
    assert!(size_of::<SqlV1>() == 40);
    assert!(offset_of!(SqlV1, summary) == 8 && offset_of!(SqlV1, tree) == 16);
    assert!(offset_of!(SqlV1, fingerprint) == 24 && offset_of!(SqlV1, normalise) == 32);
};
