//! `parameter.h`: bind parameters, as PostgreSQL's protocol carries them.

use core::mem::{offset_of, size_of};

/// UTF-8, as a person would write the value.
pub const FORMAT_TEXT: i32 = 0;
/// The type's own bytes; integers and floats in network byte order.
pub const FORMAT_BINARY: i32 = 1;

/// `mortise_parameter`. Valid for the call that handed it over.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Null when `is_null`.
    pub data: *const u8,
    /// Bytes.
    pub size: u64,
    /// `FORMAT_…`.
    pub format: i32,
    /// 0 or 1.
    pub is_null: i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Parameter>() == 24);
    assert!(offset_of!(Parameter, size) == 8 && offset_of!(Parameter, format) == 16);
    assert!(offset_of!(Parameter, is_null) == 20);
};
