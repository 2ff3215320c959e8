//! `log.h`: the service `mortise.log` 1.0.

use super::{Host, Text};
use core::mem::{offset_of, size_of};

/// Details for whoever looks for a fault.
pub const LOG_DEBUG: i32 = 0;
/// What happens in normal work.
pub const LOG_INFO: i32 = 1;
/// Something that a person should look at.
pub const LOG_WARNING: i32 = 2;
/// Something failed.
pub const LOG_ERROR: i32 = 3;

/// `mortise_log_v1`: the table of `mortise.log` 1.0.
#[repr(C)]
pub struct LogV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// 1 when the host keeps lines of this severity. \[any-thread\]
    pub enabled: unsafe extern "C" fn(host: *const Host, severity: i32) -> i32,
    /// Hands over one line; the host copies it, and cuts it at 4,096 bytes. \[any-thread\]
    pub write: unsafe extern "C" fn(host: *const Host, severity: i32, message: Text),
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<LogV1>() == 24);
    assert!(offset_of!(LogV1, enabled) == 8 && offset_of!(LogV1, write) == 16);
};
