//! Text and bytes that functions of services give back.

use crate::error::Error;
use crate::sys;
use core::ffi::c_void;

/// Where a function of a service gives its answer to.
#[repr(C)]
pub struct Answer {
    head: sys::Reply,
    given: Option<Vec<u8>>,
}

impl Answer {
    #[must_use]
    pub fn new() -> Self {
        let head = sys::Reply { size: size_of::<sys::Reply>() as u32, reserved: 0, give: take };
        Self { head, given: None }
    }

    /// What C is passed. Valid as long as nothing else is done with this.
    pub fn place(&mut self) -> *mut sys::Reply {
        (&raw mut *self).cast()
    }

    /// # Errors
    /// When nothing was given.
    pub fn bytes(self) -> Result<Vec<u8>, Error> {
        self.given.ok_or_else(|| "the service gave no answer".into())
    }

    /// # Errors
    /// When nothing was given. What isn't UTF-8 becomes U+FFFD.
    pub fn text(self) -> Result<String, Error> {
        let bytes = self.bytes()?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self::new()
    }
}

/// # Safety
/// `reply` must be the place of an Answer that nobody else uses, and `data` must point at `bytes` bytes.
unsafe extern "C" fn take(reply: *mut sys::Reply, data: *const c_void, bytes: u64) -> i32 {
    if data.is_null() && bytes > 0 {
        return sys::ERROR;
    }
    let mut copy = Vec::new();
    let Ok(size) = usize::try_from(bytes) else { return sys::ERROR };
    if copy.try_reserve_exact(size).is_err() {
        return sys::ERROR;
    }
    // SAFETY: the caller's promise.
    copy.extend_from_slice(unsafe { super::memory::bytes(data.cast(), bytes) });
    // SAFETY: the caller's promise; an Answer begins with its head.
    unsafe { (*reply.cast::<Answer>()).given = Some(copy) };
    sys::OK
}

/// Whether the caller took it.
///
/// # Safety
/// `reply` must be null or the caller's.
#[must_use]
pub unsafe fn give(reply: *mut sys::Reply, bytes: &[u8]) -> bool {
    // SAFETY: the caller's promise.
    !reply.is_null()
        && unsafe { ((*reply).give)(reply, bytes.as_ptr().cast(), bytes.len() as u64) == sys::OK }
}
