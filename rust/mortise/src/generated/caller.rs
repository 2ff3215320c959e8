//! Who calls a service that a plugin provides.

use super::memory::bytes;
use crate::sys;

/// Who calls a service that this plugin provides. Valid for that call.
pub struct Caller<'a> {
    plugin: &'a [u8],
}

impl<'a> Caller<'a> {
    /// A caller for unit tests, where no host is: `Mine::function(&Caller::testing("tester"), …)`.
    #[must_use]
    pub const fn testing(plugin: &'a str) -> Self {
        Self { plugin: plugin.as_bytes() }
    }

    /// # Safety
    /// `host` must be null or the table of a plugin that runs for `'a`.
    #[doc(hidden)]
    #[inline]
    pub unsafe fn of(host: *const sys::Host) -> Self {
        if host.is_null() {
            return Self { plugin: &[] };
        }
        // SAFETY: the caller's promise; the host keeps its texts as long as its table.
        Self { plugin: unsafe { bytes((*host).plugin.data.cast(), (*host).plugin.size) } }
    }

    /// The calling plugin's name; empty where no host is, as in a unit test that calls through the table.
    #[must_use]
    pub fn plugin(&self) -> &str {
        core::str::from_utf8(self.plugin).unwrap_or_default()
    }
}
