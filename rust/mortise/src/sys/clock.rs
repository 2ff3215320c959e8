//! `clock.h`: the service `mortise.clock` 1.0.

use super::Host;
use core::mem::{offset_of, size_of};

/// `mortise_clock_v1`: the table of `mortise.clock` 1.0.
#[repr(C)]
pub struct ClockV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Nanoseconds since 1970-01-01 UTC; jumps when somebody sets the clock. \[any-thread\]
    pub wall: unsafe extern "C" fn(host: *const Host) -> i64,
    /// Nanoseconds since some moment of the past; never goes back. \[any-thread\]
    pub monotonic: unsafe extern "C" fn(host: *const Host) -> i64,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<ClockV1>() == 24);
    assert!(offset_of!(ClockV1, wall) == 8);
    assert!(offset_of!(ClockV1, monotonic) == 16);
};
