//! Where trees come from: the part of the host's service `mortise.sql` that hands out protobuf bytes. As
//! `include/mortise/sql.h` has it.

use mortise::sys::{Host, Statement, Text};
use std::ffi::c_void;

/// `MORTISE_SQL_PARSED`.
pub const PARSED: i32 = 0;

/// `mortise_sql_tree`. Owned by the host, valid during the call in which it was asked for.
#[repr(C)]
pub struct Tree {
    /// Bytes of the host's struct.
    pub size: u32,
    /// 0: there is one.
    pub outcome: i32,
    /// `pg_query.ParseResult`.
    pub data: *const u8,
    /// How many.
    pub bytes: u64,
    /// Of the text's tree; no other ever has it in this process.
    pub id: u64,
    /// Why there is none.
    pub message: Text,
}

/// `mortise_sql_v1`, as far as it is used.
#[repr(C)]
pub struct SqlV1 {
    /// Bytes of the host's struct.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Not used here.
    pub summary: Option<unsafe extern "C" fn(*const Host, *const Statement) -> *const c_void>,
    /// Never null, and answers never null.
    pub tree: unsafe extern "C" fn(*const Host, *const Statement) -> *const Tree,
}
