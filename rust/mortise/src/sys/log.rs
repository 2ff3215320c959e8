//! `log.h`: the service `mortise.log` 1.1.

use super::{Host, Member, Text};
use core::mem::{offset_of, size_of};

/// Details for whoever looks for a fault.
pub const LOG_DEBUG: i32 = 0;
/// What happens in normal work.
pub const LOG_INFO: i32 = 1;
/// Something that a person should look at.
pub const LOG_WARNING: i32 = 2;
/// Something failed.
pub const LOG_ERROR: i32 = 3;

/// `mortise_log_v1`: the table of `mortise.log` 1.1, of which a host of 1.0 has all but the last.
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
    /// Not there when `size` doesn't cover it: take it from [`LogV1::write_fields`].
    #[doc(hidden)]
    pub since_1_1_write_fields: WriteFields,
}

/// Hands over one line with `count` named values; the host copies all. \[any-thread\]
pub type WriteFields =
    unsafe extern "C" fn(host: *const Host, severity: i32, message: Text, fields: *const Member, count: u32);

impl LogV1 {
    /// The function that 1.1 appended; `None` when the host's table is of 1.0.
    #[must_use]
    pub fn write_fields(&self) -> Option<WriteFields> {
        (self.size as usize >= size_of::<Self>()).then_some(self.since_1_1_write_fields)
    }
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<LogV1>() == 32);
    assert!(offset_of!(LogV1, since_1_1_write_fields) == 24);
    assert!(offset_of!(LogV1, enabled) == 8 && offset_of!(LogV1, write) == 16);
};
