//! `service.h`: named, versioned, immutable tables of C functions.

use super::Text;
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// `mortise_service`: what a plugin hands to `register_service`. The host copies it, not the table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Bytes of this struct.
    pub size: u32,
    /// [`version`](super::version).
    pub version: u32,
    /// Dotted, lower-case; at most 63 bytes.
    pub name: Text,
    /// Starts with its `u32` size; lives and stays as it is until the plugin's fini returns.
    pub table: *const c_void,
    /// The functions in words, as the file states them; empty: unstated.
    pub signature: Text,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Service>() == 48);
    assert!(offset_of!(Service, version) == 4 && offset_of!(Service, name) == 8);
    assert!(offset_of!(Service, table) == 24 && offset_of!(Service, signature) == 32);
};
