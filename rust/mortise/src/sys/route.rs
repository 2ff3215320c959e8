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
    /// Five characters and a zero; empty: the host's choice. Only what stands before the first zero may be read.
    pub sqlstate: [u8; 8],
    /// UTF-8 that ends in a zero; empty: none. Only what stands before the first zero may be read.
    pub reason: [u8; 256],
}

impl Default for Route {
    /// All unknown, as a plugin receives it.
    fn default() -> Self {
        Self {
            size: size_of::<Self>() as u32,
            target: TARGET_UNKNOWN,
            read_write: ACCESS_UNKNOWN,
            reserved: 0,
            shard: 0,
            sqlstate: [0; 8],
            reason: [0; 256],
        }
    }
}

const _: () = {
    assert!(size_of::<Route>() == 288);
    assert!(offset_of!(Route, target) == 4 && offset_of!(Route, read_write) == 8);
    assert!(offset_of!(Route, shard) == 16);
    assert!(offset_of!(Route, sqlstate) == 24 && offset_of!(Route, reason) == 32);
};
