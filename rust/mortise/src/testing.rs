//! For a plugin's unit tests, without a host: queries to ask a route function, samples to give a writer, and what a
//! reader dispatches.

mod readings;
mod summary;

use crate::context::Context;
use crate::sys;

pub use crate::collect::recorded::dispatched;
pub use readings::Readings;
pub use summary::Summary;

/// A query to ask a route function: one shard, no replicas, a primary, no transaction, unless said
/// otherwise.
///
/// ```
/// use mortise::prelude::*;
/// use mortise::testing::Query;
///
/// fn route(context: &Context) -> Route {
///     match context.parameters().get(0).and_then(|p| p.as_i64()) {
///         Some(tenant) => Route::direct(tenant as u64 % context.shards()),
///         None => Route::unknown(),
///     }
/// }
///
/// let query = Query::new("SELECT * FROM orders WHERE tenant_id = $1").text("42").shards(4);
/// assert_eq!(query.ask(route), Route::direct(2));
/// assert_eq!(Query::new("SELECT 1").ask(route), Route::unknown());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Query {
    sql: Vec<u8>,
    parameters: Vec<(i32, Option<Vec<u8>>)>,
    types: Vec<u32>,
    shards: u32,
    has_replicas: bool,
    has_primary: bool,
    in_transaction: bool,
    write_override: bool,
    summary: Option<Summary>,
}

impl Query {
    /// A query with this text, which may be bytes that aren't UTF-8.
    pub fn new(sql: impl AsRef<[u8]>) -> Self {
        Self {
            sql: sql.as_ref().to_vec(),
            parameters: Vec::new(),
            types: Vec::new(),
            shards: 1,
            has_replicas: false,
            has_primary: true,
            in_transaction: false,
            write_override: false,
            summary: None,
        }
    }

    /// One more bind parameter, as text.
    pub fn text(mut self, value: &str) -> Self {
        self.parameters.push((sys::FORMAT_TEXT, Some(value.into())));
        self
    }

    /// One more bind parameter, as binary bytes.
    pub fn binary(mut self, value: &[u8]) -> Self {
        self.parameters.push((sys::FORMAT_BINARY, Some(value.into())));
        self
    }

    /// One more bind parameter, null.
    pub fn null(mut self) -> Self {
        self.parameters.push((sys::FORMAT_TEXT, None));
        self
    }

    /// The OIDs of the types that the client declared for its parameters, the first's first.
    pub fn types(mut self, types: &[u32]) -> Self {
        self.types = types.to_vec();
        self
    }

    /// How many shards there are.
    pub fn shards(mut self, shards: u32) -> Self {
        self.shards = shards;
        self
    }

    /// Whether any shard has replicas.
    pub fn has_replicas(mut self, yes: bool) -> Self {
        self.has_replicas = yes;
        self
    }

    /// Whether there is a primary.
    pub fn has_primary(mut self, yes: bool) -> Self {
        self.has_primary = yes;
        self
    }

    /// Whether the client is inside a transaction.
    pub fn in_transaction(mut self, yes: bool) -> Self {
        self.in_transaction = yes;
        self
    }

    /// Whether the client asked that the query go to a primary.
    pub fn write_override(mut self, yes: bool) -> Self {
        self.write_override = yes;
        self
    }

    /// What [`sql!`](crate::sql!) finds in the text: nothing here parses it. Without one it has no tree.
    pub fn summary(mut self, summary: Summary) -> Self {
        self.summary = Some(summary);
        self
    }

    /// Calls `function` with the query's context, and answers what it answers.
    pub fn ask<R>(&self, function: impl FnOnce(&Context) -> R) -> R {
        let parameters: Vec<_> = self
            .parameters
            .iter()
            .map(|(format, value)| sys::Parameter {
                data: value.as_ref().map_or(std::ptr::null(), |bytes| bytes.as_ptr()),
                size: value.as_ref().map_or(0, |bytes| bytes.len() as u64),
                format: *format,
                is_null: value.is_none().into(),
            })
            .collect();
        let made = self.summary.as_ref().map(Summary::make);
        let _meant = made.as_ref().map(summary::Made::meant);
        let context = sys::Context {
            size: size_of::<sys::Context>() as u32,
            shards: self.shards,
            has_replicas: self.has_replicas.into(),
            has_primary: self.has_primary.into(),
            in_transaction: self.in_transaction.into(),
            write_override: self.write_override.into(),
            sql: sys::Text { data: self.sql.as_ptr().cast(), size: self.sql.len() as u64 },
            parameters: parameters.as_ptr(),
            parameter_count: parameters.len() as u64,
            statement: made.as_ref().map_or(std::ptr::null(), summary::Made::as_statement),
            parameter_types: self.types.as_ptr(),
            parameter_type_count: self.types.len() as u64,
        };
        // SAFETY: all that the context points at outlives the call.
        function(unsafe { Context::of(&context) })
    }
}
