//! `error.h`: how an entry point says why it failed.

use core::mem::{offset_of, size_of};

/// `mortise_error`. Owned by the host, empty when the plugin receives it, valid for that call.
#[repr(C)]
pub struct Error {
    /// Bytes of the host's struct.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// UTF-8 that ends in a zero.
    pub message: [u8; 1024],
}

const _: () = {
    assert!(size_of::<Error>() == 1032);
    assert!(offset_of!(Error, message) == 8);
};
