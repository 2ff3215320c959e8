//! `state.h`: the service `mortise.state` 1.0.

use super::{Error, Host, Text};
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// Bytes of a key, at most.
pub const STATE_KEY_BYTES: u64 = 255;
/// Bytes of one plugin's state, at most: keys, values, and what each entry takes beside them.
pub const STATE_TOTAL_BYTES: u64 = 16 * 1024 * 1024;
/// For each entry, counted beside its key and its value.
pub const STATE_ENTRY_BYTES: u64 = 128;

/// `mortise_state_visit`: called for each key; [`OK`](super::OK) goes on.
pub type StateVisit = unsafe extern "C" fn(context: *mut c_void, key: Text, bytes: u64) -> i32;

/// `mortise_state_v1`: the table of `mortise.state` 1.0.
#[repr(C)]
pub struct StateV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The value's size, or -1; copies what fits. \[any-thread\]
    pub get: unsafe extern "C" fn(host: *const Host, key: Text, buffer: *mut c_void, capacity: u64) -> i64,
    /// Keeps a copy of the value. \[any-thread\]
    pub put: unsafe extern "C" fn(
        host: *const Host,
        key: Text,
        value: *const c_void,
        bytes: u64,
        error: *mut Error,
    ) -> i32,
    /// [`OK`](super::OK), or [`PASS`](super::PASS) when there was none. \[any-thread\]
    pub remove: unsafe extern "C" fn(host: *const Host, key: Text) -> i32,
    /// Visits the keys. \[any-thread\]
    pub each: unsafe extern "C" fn(host: *const Host, visit: StateVisit, context: *mut c_void) -> i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<StateV1>() == 40);
    assert!(offset_of!(StateV1, get) == 8);
    assert!(offset_of!(StateV1, put) == 16);
    assert!(offset_of!(StateV1, remove) == 24);
    assert!(offset_of!(StateV1, each) == 32);
};
