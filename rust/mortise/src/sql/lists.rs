//! The lists of a summary, as the host has them.

use crate::sys;

/// Valid for the call that the summary is of.
#[derive(Clone, Copy)]
pub(super) struct Lists<'a>(pub &'a sys::SqlSummary);

impl<'a> Lists<'a> {
    pub fn statements(self) -> &'a [sys::SqlStatement] {
        // SAFETY: the host's promise for each list, as long as the call.
        unsafe { slice(self.0.statements, self.0.statement_count) }
    }

    pub fn blocks(self) -> &'a [sys::SqlBlock] {
        // SAFETY: as above.
        unsafe { slice(self.0.blocks, self.0.block_count) }
    }

    pub fn tables(self) -> &'a [sys::SqlTable] {
        // SAFETY: as above.
        unsafe { slice(self.0.tables, self.0.table_count) }
    }

    pub fn functions(self) -> &'a [sys::SqlFunction] {
        // SAFETY: as above.
        unsafe { slice(self.0.functions, self.0.function_count) }
    }

    pub fn comparisons(self) -> &'a [sys::SqlComparison] {
        // SAFETY: as above.
        unsafe { slice(self.0.comparisons, self.0.comparison_count) }
    }
}

/// # Safety
/// `data` must point at `count` values that live and don't change for `'a`.
unsafe fn slice<'a, T>(data: *const T, count: u32) -> &'a [T] {
    if count == 0 || data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data, count as usize) }
}
