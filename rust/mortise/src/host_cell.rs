use crate::sys;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

/// `module_host`: null in the file, filled in by the host before any entry point runs.
#[repr(transparent)]
pub struct HostCell(AtomicPtr<sys::Host>);

impl HostCell {
    /// As it lies in the file.
    #[expect(clippy::new_without_default, reason = "statics need a const function")]
    pub const fn new() -> Self {
        Self(AtomicPtr::new(null_mut()))
    }

    #[inline]
    pub(crate) fn get(&self) -> *const sys::Host {
        self.0.load(Ordering::Relaxed)
    }
}
