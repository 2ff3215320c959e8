//! What stands in a query's SQL, as PostgreSQL's own grammar reads it: the service `mortise.sql`, from
//! [`sql!`](crate::sql!).
//!
//! ```standalone_crate
//! use mortise::prelude::*;
//! use mortise::sql::Kind;
//!
//! mortise::plugin!();
//! mortise::require!(sql, 1, 0);
//!
//! /// UPDATE and DELETE need a WHERE.
//! #[mortise::route]
//! fn route(context: &Context) -> Route {
//!     let summary = mortise::sql!().summary(context);
//!     let everything = summary
//!         .blocks()
//!         .find(|block| matches!(block.kind(), Kind::Update | Kind::Delete) && !block.has_where());
//!     match everything {
//!         Some(_) => Route::block().because("UPDATE or DELETE needs a WHERE"),
//!         None => Route::unknown(),
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! The host parses a text when the first plugin asks, once, and keeps what it found for the next query of the same
//! text. That a text has no tree is something to read in [`Summary::outcome`], never a failure. What this module hands
//! out lives for the call that the [`Context`] is of.

mod comparison;
mod items;
mod lists;
mod outcome;
mod tree;

use crate::bound::handle;
use crate::context::Context;
use crate::sys;
use core::fmt;
use lists::Lists;

/// What [`Tree::decode`] gives is made of; with the feature `tree`.
#[cfg(feature = "tree")]
pub use pg_query;

pub use comparison::{Comparison, Place, Value};
pub(crate) use comparison::{place_as_sys, value_as_sys};
pub use items::{Block, Function, Kind, Statement, Table, Use};
pub(crate) use items::{kind_as_sys, use_as_sys};
pub use outcome::Outcome;
pub use tree::Tree;

handle! {
    /// The service `mortise.sql`, from [`sql!`](crate::sql!).
    ///
    /// Where it isn't there, because a plugin only wants it or in a unit test, no text has a tree.
    /// [`testing::Query`](crate::testing::Query::summary) gives a unit test's query a summary.
    Sql: SqlV1, "mortise.sql"
}

/// The service `mortise.sql` as [`Sql`](crate::sql::Sql), in route. Needs `mortise::require!(sql, 1, 0);` or
/// `mortise::want!(sql, 1, 0);` in the crate's root.
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! sql {
    () => {
        $crate::sql::Sql::of(&crate::module_host, &crate::mortise_sql_service)
    };
}

impl Sql {
    /// What stands in the query's SQL. The first question of a text parses it; later ones cost next to nothing.
    #[must_use]
    pub fn summary(self, context: &Context) -> Summary<'_> {
        let summary = match self.0 {
            // SAFETY: the statement is the context's, and the host's answer lives as long as the call.
            Some(bound) => unsafe { (bound.table.summary)(bound.host, context.as_sys().statement) },
            None => crate::no_sql::summary_of(context),
        };
        // SAFETY: never null, and valid as long as the context.
        Summary(Lists(unsafe { &*summary }))
    }

    /// The whole tree as protobuf bytes, several times as slow to make as a summary.
    #[must_use]
    pub fn tree(self, context: &Context) -> Tree<'_> {
        Tree(self.0.map(|bound| {
            // SAFETY: the statement is the context's; the host's answer is never null and lives as long as the call.
            unsafe { &*(bound.table.tree)(bound.host, context.as_sys().statement) }
        }))
    }

    /// libpg_query's fingerprint: the same for texts that differ in literals and blanks only. `None` when there is
    /// none, as for a syntax error.
    #[must_use]
    pub fn fingerprint(self, context: &Context) -> Option<u64> {
        let bound = self.0?;
        let mut fingerprint = 0;
        // SAFETY: the statement is the context's.
        let status =
            unsafe { (bound.table.fingerprint)(bound.host, context.as_sys().statement, &mut fingerprint) };
        (status == sys::OK).then_some(fingerprint)
    }

    /// The text with `$n` in place of its literals; `None` when there is none.
    #[must_use]
    pub fn normalise(self, context: &Context) -> Option<&str> {
        let bound = self.0?;
        let mut sql = sys::Text::of("");
        // SAFETY: the statement is the context's, and the host's text lives as long as the call.
        unsafe {
            let status = (bound.table.normalise)(bound.host, context.as_sys().statement, &mut sql);
            (status == sys::OK).then(|| sql.utf8())
        }
    }
}

/// What stands in a query's SQL. A text without a tree has only outcome, message and position.
#[derive(Clone, Copy)]
pub struct Summary<'a>(Lists<'a>);

impl<'a> Summary<'a> {
    /// Whether there is a tree.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        Outcome::of(self.0.0.outcome)
    }

    /// The same as `outcome() == Outcome::Parsed`.
    #[must_use]
    pub fn is_parsed(self) -> bool {
        self.0.0.outcome == sys::SQL_PARSED
    }

    /// Why there is no tree.
    #[must_use]
    pub fn message(self) -> &'a str {
        // SAFETY: the host's texts live as long as the call.
        unsafe { self.0.0.message.utf8() }
    }

    /// Where a syntax error stands, in bytes from 0.
    #[must_use]
    pub fn position(self) -> u64 {
        self.0.0.position
    }

    /// What all statements together do: unknown when it is of one, else a write when one writes.
    #[must_use]
    pub fn access(self) -> crate::ReadWrite {
        items::access(self.0.0.access)
    }

    /// The highest `$n`.
    #[must_use]
    pub fn parameter_count(self) -> u32 {
        self.0.0.parameter_count
    }

    /// The statements: none for an empty text, or one of comments only; several with `;` between them.
    pub fn statements(self) -> impl ExactSizeIterator<Item = Statement<'a>> {
        self.0.statements().iter().map(move |raw| Statement::of(raw, self.0))
    }

    /// The statements and the queries in them: the places in which names of tables are known.
    pub fn blocks(self) -> impl ExactSizeIterator<Item = Block<'a>> {
        self.0.blocks().iter().map(move |raw| Block::of(raw, self.0))
    }

    /// Tables, views, sequences and indexes by name. Names that a WITH gives aren't listed.
    pub fn tables(self) -> impl ExactSizeIterator<Item = Table<'a>> {
        self.0.tables().iter().map(move |raw| Table::of(raw, self.0))
    }

    /// Functions that are called, once for each call.
    pub fn functions(self) -> impl ExactSizeIterator<Item = Function<'a>> {
        self.0.functions().iter().map(move |raw| Function::of(raw, self.0))
    }

    /// Columns beside values.
    pub fn comparisons(self) -> impl ExactSizeIterator<Item = Comparison<'a>> {
        self.0.comparisons().iter().map(move |raw| Comparison::of(raw, self.0))
    }
}

impl fmt::Debug for Summary<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Summary")
            .field("outcome", &self.outcome())
            .field("statements", &self.statements().collect::<Vec<_>>())
            .field("tables", &self.tables().collect::<Vec<_>>())
            .field("comparisons", &self.comparisons().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
