//! What a query's SQL is where no host has `mortise.sql`: without a tree, or what a unit test says.

use crate::context::Context;
use crate::sys;
use std::cell::Cell;
use std::ptr;

thread_local! {
    /// What the query that is asked on this thread has.
    static MEANT: Cell<*const sys::SqlSummary> = const { Cell::new(ptr::null()) };
}

/// Until it is dropped, a query of this thread has the summary.
pub(crate) struct Meant(*const sys::SqlSummary);

impl Meant {
    pub fn until_dropped(summary: *const sys::SqlSummary) -> Self {
        Self(MEANT.replace(summary))
    }
}

impl Drop for Meant {
    fn drop(&mut self) {
        MEANT.set(self.0);
    }
}

struct Shared(sys::SqlSummary);
// SAFETY: it is constant, and points at nothing.
unsafe impl Sync for Shared {}

static NONE: Shared = Shared(sys::SqlSummary {
    size: size_of::<sys::SqlSummary>() as u32,
    outcome: sys::SQL_NO_TREE,
    message: sys::Text::of("there is no mortise.sql here"),
    position: 0,
    access: sys::ACCESS_UNKNOWN,
    parameter_count: 0,
    statements: ptr::null(),
    blocks: ptr::null(),
    tables: ptr::null(),
    functions: ptr::null(),
    comparisons: ptr::null(),
    statement_count: 0,
    block_count: 0,
    table_count: 0,
    function_count: 0,
    comparison_count: 0,
    reserved: 0,
});

/// What a context has where there is no host: a test's summary, or no tree.
pub(crate) fn summary_of(context: &Context) -> *const sys::SqlSummary {
    let (meant, statement) = (MEANT.get(), context.as_sys().statement);
    // Only what stands in this query's own context: another may be asked within it.
    if !meant.is_null() && ptr::addr_eq(statement, meant) { meant } else { &raw const NONE.0 }
}
