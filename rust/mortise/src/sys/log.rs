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

/// `mortise_log_v1` as every host has it, which is that of `mortise.log` 1.0.
///
/// What later minors appended is in [`LogV1Whole`]: a reference to a type must not claim more than the host's
/// table has.
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

/// `mortise_log_v1` of 1.1.
#[repr(C)]
pub struct LogV1Whole {
    /// What 1.0 has.
    pub first: LogV1,
    /// Since 1.1; [`LogV1::write_fields`] answers it where it's there.
    pub write_fields: WriteFields,
}

/// Hands over one line with `count` named values; the host copies all. \[any-thread\]
pub type WriteFields =
    unsafe extern "C" fn(host: *const Host, severity: i32, message: Text, fields: *const Member, count: u32);

impl LogV1 {
    /// The function that 1.1 appended; `None` when the host's table is of 1.0.
    ///
    /// # Safety
    /// This must be a host's table, as a cell or a lease hands it out, or the first part of a [`LogV1Whole`]: what
    /// `size` says is read. That memory must be a host's, or exposed as the pointers are that C receives.
    #[must_use]
    pub unsafe fn write_fields(&self) -> Option<WriteFields> {
        if (self.size as usize) < size_of::<LogV1Whole>() {
            return None;
        }
        // The reference covers 1.0 alone; the table lies in memory of the host's, which is exposed.
        let whole = core::ptr::with_exposed_provenance::<LogV1Whole>(core::ptr::from_ref(self).addr());
        // SAFETY: the caller's promise, and its size says that the table has it.
        Some(unsafe { (*whole).write_fields })
    }
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<LogV1>() == 24 && size_of::<LogV1Whole>() == 32);
    assert!(offset_of!(LogV1, enabled) == 8 && offset_of!(LogV1, write) == 16);
    assert!(offset_of!(LogV1Whole, write_fields) == 24);
};
