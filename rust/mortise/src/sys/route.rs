//! `route.h`: what a plugin answers.

use core::mem::{offset_of, size_of};

/// Not decided.
pub const TARGET_UNKNOWN: i32 = 0;
/// To the one shard in [`Route::shard`].
pub const TARGET_DIRECT: i32 = 1;
/// To every shard.
pub const TARGET_ALL: i32 = 2;
/// To none: refuse the query.
pub const TARGET_BLOCKED: i32 = 3;

/// Reading or writing is not decided.
pub const ACCESS_UNKNOWN: i32 = 0;
/// The query reads.
pub const ACCESS_READ: i32 = 1;
/// The query writes.
pub const ACCESS_WRITE: i32 = 2;

/// `mortise_route`. Owned by the host, all unknown when a plugin receives it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Bytes of the host's struct.
    pub size: u32,
    /// `TARGET_…`.
    pub target: i32,
    /// `ACCESS_…`.
    pub read_write: i32,
    /// 0.
    pub reserved: u32,
    /// From 0; read only when `target` is [`TARGET_DIRECT`].
    pub shard: u64,
}

const _: () = {
    assert!(size_of::<Route>() == 24);
    assert!(offset_of!(Route, target) == 4 && offset_of!(Route, read_write) == 8);
    assert!(offset_of!(Route, shard) == 16);
};
