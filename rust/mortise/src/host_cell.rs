//! The cell `module_host`.

use crate::sys;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

/// `module_host`: null in the file, filled in by the host before any entry point runs.
#[repr(transparent)]
pub struct HostCell(AtomicPtr<sys::Host>);

impl HostCell {
    #[expect(clippy::new_without_default, reason = "statics need a const function")]
    /// As it is in the file.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicPtr::new(null_mut()))
    }

    /// The plugin's own host table, which every function of a service takes first; null in unit tests.
    #[inline]
    #[must_use]
    pub fn get(&self) -> *const sys::Host {
        self.0.load(Ordering::Relaxed)
    }
}
