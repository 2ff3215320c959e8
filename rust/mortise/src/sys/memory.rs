//! `memory.h`: the service `mortise.memory` 1.0.

use super::Host;
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// More than this at once is refused.
pub const MEMORY_LARGEST: u64 = 1 << 36;

/// `mortise_memory_v1`: the table of `mortise.memory` 1.0.
#[repr(C)]
pub struct MemoryV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// A block, aligned for any type of C, or null. \[any-thread\]
    pub allocate: unsafe extern "C" fn(host: *const Host, bytes: u64) -> *mut c_void,
    /// The block with another size, perhaps elsewhere; null leaves the old one. \[any-thread\]
    pub reallocate: unsafe extern "C" fn(host: *const Host, block: *mut c_void, bytes: u64) -> *mut c_void,
    /// Gives back a block of this service; null is nothing. \[any-thread\]
    pub release: unsafe extern "C" fn(host: *const Host, block: *mut c_void),
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<MemoryV1>() == 32);
    assert!(offset_of!(MemoryV1, allocate) == 8);
    assert!(offset_of!(MemoryV1, reallocate) == 16);
    assert!(offset_of!(MemoryV1, release) == 24);
};
