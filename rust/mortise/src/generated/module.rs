//! What a generated module is part of: a service, and the plugin that it is compiled into.

use crate::host_cell::HostCell;
use crate::{main_thread, panics, sys};
use core::sync::atomic::{AtomicBool, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A service, in the plugin whose cell `module_host` it has.
pub struct Module {
    host: &'static HostCell,
    service: &'static str,
    major: u16,
}

impl Module {
    #[must_use]
    pub const fn new(host: &'static HostCell, service: &'static str, major: u16) -> Self {
        Self { host, service, major }
    }

    /// The plugin's own host table; null where no host is.
    #[inline]
    #[must_use]
    pub fn host(&self) -> *const sys::Host {
        self.host.get()
    }

    /// Whether functions that are tagged \[main-thread\] may be called on this thread: a plugin that provides the
    /// service may rely on that. Where the host does, it takes calls on any thread, and hands them on or refuses
    /// them.
    #[inline]
    #[must_use]
    pub fn may_call(&self) -> bool {
        // SAFETY: the plugin's own host lives while its code runs.
        unsafe { main_thread::may_call(self.host(), self.service, self.major) }
    }

    /// What to say where it may not.
    #[cold]
    #[must_use]
    pub fn elsewhere(&self, function: &str) -> String {
        let service = self.service;
        format!(
            "{service}: {function} is called on the main thread, after the plugin's register or init began"
        )
    }

    /// The same for the log, once, where a function has no other way to say it.
    #[cold]
    pub fn say_elsewhere(&self, function: &str, said: &AtomicBool) {
        if !said.swap(true, Ordering::Relaxed) {
            self.log(&self.elsewhere(function));
        }
    }

    /// Runs what a plugin wrote.
    ///
    /// # Errors
    /// When it panics: what to tell the caller, which the host's log has then.
    #[inline]
    pub fn guarded<T>(&self, function: &str, call: impl FnOnce() -> T) -> Result<T, String> {
        catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
            let message = format!("{function} panicked: {}", panics::message_of(panic));
            self.log(&format!("{}: {message}", self.service));
            message
        })
    }

    /// Says in the log what happened to a function or a closure.
    #[cold]
    pub(super) fn log_of(&self, message: core::fmt::Arguments<'_>) {
        self.log(&format!("{}: {message}", self.service));
    }

    fn log(&self, line: &str) {
        // SAFETY: the plugin's own host lives while its code runs.
        unsafe { panics::log(self.host(), line) }
    }
}
