use crate::no_sql::Meant;
use crate::sql::{Kind, Outcome, Place, Use, Value, kind_as_sys, place_as_sys, use_as_sys, value_as_sys};
use crate::{ReadWrite, sys};
use std::ptr;

/// What stands in a query's SQL, for unit tests: one statement of one block, as a host would find it.
///
/// ```standalone_crate
/// use mortise::prelude::*;
/// use mortise::sql::{Kind, Place, Use, Value};
/// use mortise::testing::{Query, Summary};
///
/// mortise::plugin!();
/// mortise::require!(sql, 1, 0);
///
/// /// By the tenant, wherever its value stands.
/// #[mortise::route]
/// fn route(context: &Context) -> Option<Route> {
///     let summary = mortise::sql!().summary(context);
///     let tenant = summary.comparisons().find(|one| one.column() == "tenant_id" && one.is_certain())?;
///     Some(Route::direct(tenant.value().as_i64(context)? as u64 % context.shards()))
/// }
///
/// # fn main() {
/// let summary = Summary::of(Kind::Select)
///     .table("orders", Use::Read)
///     .clause(mortise::sys::SQL_HAS_WHERE)
///     .comparison("tenant_id", Value::Parameter(1), Place::Where);
/// let query = Query::new("SELECT * FROM orders WHERE tenant_id = $1").summary(summary).shards(4);
/// assert_eq!(query.text("42").ask(route), Some(Route::direct(2)));
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Summary {
    outcome: Outcome,
    message: String,
    kind: Kind,
    access: ReadWrite,
    clauses: u32,
    tables: Vec<(String, Use)>,
    functions: Vec<String>,
    comparisons: Vec<Given>,
}

#[derive(Clone, Debug)]
struct Given {
    column: String,
    type_: i32,
    parameter: u32,
    value: String,
    place: Place,
}

impl Summary {
    /// A statement of this kind. It reads when that is a SELECT, SHOW or EXPLAIN, and writes when it is an INSERT,
    /// UPDATE, DELETE, MERGE, COPY, TRUNCATE, LOCK or DEFINE, unless [`access`](Self::access) says otherwise.
    pub fn of(kind: Kind) -> Self {
        let access = match kind {
            Kind::Select | Kind::Show | Kind::Explain => ReadWrite::Read,
            Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge => ReadWrite::Write,
            Kind::Copy | Kind::Truncate | Kind::Lock | Kind::Define => ReadWrite::Write,
            _ => ReadWrite::Unknown,
        };
        Self { kind, access, ..Self::none(Outcome::Parsed, "") }
    }

    /// A text that has no tree, and why.
    pub fn none(outcome: Outcome, message: &str) -> Self {
        Self {
            outcome,
            message: message.to_owned(),
            kind: Kind::Other,
            access: ReadWrite::Unknown,
            clauses: 0,
            tables: Vec::new(),
            functions: Vec::new(),
            comparisons: Vec::new(),
        }
    }

    /// Whether the statement reads or writes.
    pub fn access(mut self, access: ReadWrite) -> Self {
        self.access = access;
        self
    }

    /// What the block has: one of [`sys`]'s `SQL_HAS_…`, or several.
    pub fn clause(mut self, flags: u32) -> Self {
        self.clauses |= flags;
        self
    }

    /// One more table.
    pub fn table(mut self, name: &str, usage: Use) -> Self {
        self.tables.push((name.to_owned(), usage));
        self
    }

    /// One more function that is called.
    pub fn function(mut self, name: &str) -> Self {
        self.functions.push(name.to_owned());
        self
    }

    /// One more column of the first table that equals a value for every row.
    pub fn comparison(mut self, column: &str, value: Value<'_>, place: Place) -> Self {
        let (type_, parameter, value) = value_as_sys(value);
        self.comparisons.push(Given {
            column: column.to_owned(),
            type_,
            parameter,
            value: value.to_owned(),
            place,
        });
        self
    }

    /// The structs that a host would hand over. They point into `self`.
    pub(super) fn make(&self) -> Made {
        let is_parsed = self.outcome == Outcome::Parsed;
        let empty = || sys::Text::of("");
        let access = match self.access {
            ReadWrite::Unknown => sys::ACCESS_UNKNOWN,
            ReadWrite::Read => sys::ACCESS_READ,
            ReadWrite::Write => sys::ACCESS_WRITE,
        };
        let statements: Vec<_> = is_parsed
            .then(|| sys::SqlStatement {
                kind: kind_as_sys(self.kind),
                access,
                first_block: 0,
                block_count: 1,
                node: empty(),
                sql: empty(),
            })
            .into_iter()
            .collect();
        let blocks: Vec<_> = is_parsed
            .then(|| sys::SqlBlock {
                kind: kind_as_sys(self.kind),
                flags: self.clauses,
                statement: 0,
                parent: sys::SQL_NONE,
            })
            .into_iter()
            .collect();
        let table = |(name, usage): &(String, Use)| sys::SqlTable {
            block: 0,
            usage: use_as_sys(*usage),
            catalog: empty(),
            schema: empty(),
            name: sys::Text::of(name),
            alias: empty(),
        };
        let tables: Vec<_> = self.tables.iter().map(table).collect();
        let function = |name: &String| sys::SqlFunction {
            block: 0,
            flags: 0,
            schema: empty(),
            name: sys::Text::of(name),
        };
        let functions: Vec<_> = self.functions.iter().map(function).collect();
        let comparison = |(group, given): (usize, &Given)| sys::SqlComparison {
            block: 0,
            table: if self.tables.is_empty() { sys::SQL_NONE } else { 0 },
            qualifier: empty(),
            column: sys::Text::of(&given.column),
            operation: sys::Text::of("="),
            value: sys::Text::of(&given.value),
            type_: given.type_,
            parameter: given.parameter,
            place: place_as_sys(given.place),
            flags: sys::SQL_CERTAIN,
            group: group as u32,
            reserved: 0,
        };
        let comparisons: Vec<_> = self.comparisons.iter().enumerate().map(comparison).collect();
        let summary = Box::new(sys::SqlSummary {
            size: size_of::<sys::SqlSummary>() as u32,
            outcome: self.outcome.as_sys(),
            message: sys::Text::of(&self.message),
            position: 0,
            access,
            parameter_count: self.comparisons.iter().map(|given| given.parameter).max().unwrap_or(0),
            statements: statements.as_ptr(),
            blocks: blocks.as_ptr(),
            tables: tables.as_ptr(),
            functions: functions.as_ptr(),
            comparisons: comparisons.as_ptr(),
            statement_count: statements.len() as u32,
            block_count: blocks.len() as u32,
            table_count: tables.len() as u32,
            function_count: functions.len() as u32,
            comparison_count: comparisons.len() as u32,
            reserved: 0,
        });
        Made { summary, _lists: (statements, blocks, tables, functions, comparisons) }
    }
}

type Lists = (
    Vec<sys::SqlStatement>,
    Vec<sys::SqlBlock>,
    Vec<sys::SqlTable>,
    Vec<sys::SqlFunction>,
    Vec<sys::SqlComparison>,
);

/// A summary, and the lists that it points at.
pub(super) struct Made {
    summary: Box<sys::SqlSummary>,
    _lists: Lists,
}

impl Made {
    pub(super) fn meant(&self) -> Meant {
        Meant::until_dropped(&raw const *self.summary)
    }

    /// Stands for the host's own statement, which is opaque.
    pub(super) fn as_statement(&self) -> *const sys::Statement {
        ptr::from_ref(&*self.summary).cast()
    }
}
