//! `abi.h`: versions, status codes, and text.

use core::ffi::c_char;
use core::mem::{offset_of, size_of};

/// The ABI's major; a plugin fits a host of the same.
pub const ABI_MAJOR: u16 = 1;
/// The ABI's minor; a plugin fits a host of the same or a higher one.
pub const ABI_MINOR: u16 = 0;
/// Both as text, as it stands in `module_info.abi`.
pub const ABI: &str = "1.0";

/// `MORTISE_VERSION`: major and minor as one number; the minor lies in the low 16 bits.
#[must_use]
pub const fn version(major: u16, minor: u16) -> u32 {
    ((major as u32) << 16) | minor as u32
}

/// Major and minor of what `version` made.
pub(crate) const fn parts(version: u32) -> (u16, u16) {
    ((version >> 16) as u16, version as u16)
}

/// Done.
pub const OK: i32 = 0;
/// `module_route` only: no opinion, ask the next plugin.
pub const PASS: i32 = 1;
/// Failed; where an [`Error`](super::Error) was given, it says why.
pub const ERROR: i32 = -1;

/// `mortise_text`: UTF-8, not terminated by a zero. Whoever hands one over says how long `data` lives.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// May be null when `size` is 0.
    pub data: *const c_char,
    /// Bytes.
    pub size: u64,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Text>() == 16);
    assert!(offset_of!(Text, data) == 0 && offset_of!(Text, size) == 8);
};
