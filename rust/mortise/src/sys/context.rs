//! `context.h`: what a plugin is told about the query that it is asked to route.

use super::{Parameter, Text};
use core::marker::{PhantomData, PhantomPinned};
use core::mem::{offset_of, size_of};

/// `mortise_statement`: what is known of a query's SQL. Opaque; the functions of [`SqlV1`](super::SqlV1) read it.
#[repr(C)]
pub struct Statement {
    _opaque: [u8; 0],
    _not_send: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `mortise_context`. Owned by the host; it and everything in it is valid for that one call.
#[repr(C)]
pub struct Context {
    /// Bytes of the host's struct.
    pub size: u32,
    /// How many shards there are; at least 1.
    pub shards: u32,
    /// 0 or 1.
    pub has_replicas: u32,
    /// 0 or 1.
    pub has_primary: u32,
    /// 0 or 1.
    pub in_transaction: u32,
    /// 0 or 1: the client asked that the query go to a primary.
    pub write_override: u32,
    /// The query.
    pub sql: Text,
    /// `parameter_count` parameters; may be null when that is 0.
    pub parameters: *const Parameter,
    /// How many bind parameters there are.
    pub parameter_count: u64,
    /// For `mortise.sql`; null where no tree can ever be had.
    pub statement: *const Statement,
    /// `parameter_type_count` OIDs of the types that the client declared; may be null when that is 0.
    pub parameter_types: *const u32,
    /// How many types were declared, perhaps fewer than there are parameters.
    pub parameter_type_count: u64,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Context>() == 80);
    assert!(offset_of!(Context, shards) == 4 && offset_of!(Context, has_replicas) == 8);
    assert!(offset_of!(Context, has_primary) == 12 && offset_of!(Context, in_transaction) == 16);
    assert!(offset_of!(Context, write_override) == 20 && offset_of!(Context, sql) == 24);
    assert!(offset_of!(Context, parameters) == 40 && offset_of!(Context, parameter_count) == 48);
    assert!(offset_of!(Context, statement) == 56 && offset_of!(Context, parameter_types) == 64);
    assert!(offset_of!(Context, parameter_type_count) == 72);
};
