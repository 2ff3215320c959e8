//! `reply.h`: text and bytes that a function of a service gives back.

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// `mortise_reply`. The caller's, valid for that call and on its thread.
#[repr(C)]
pub struct Reply {
    /// Bytes of the caller's struct.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Copies the answer; the last one counts. Anything but 0 when the caller has no room for it.
    pub give: unsafe extern "C" fn(reply: *mut Reply, data: *const c_void, bytes: u64) -> i32,
}

/// `mortise_room`: room for an answer, for callers in C.
#[repr(C)]
pub struct Room {
    /// What is passed.
    pub reply: Reply,
    /// Where it is copied to.
    pub data: *mut c_void,
    /// Bytes that fit.
    pub capacity: u64,
    /// Bytes of what was given; `u64::MAX` as long as nothing was.
    pub bytes: u64,
}

const _: () = {
    assert!(size_of::<Reply>() == 16);
    assert!(offset_of!(Reply, give) == 8);
    assert!(size_of::<Room>() == 40);
    assert!(offset_of!(Room, bytes) == 32);
};
