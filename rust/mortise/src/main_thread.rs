//! For what a plugin may do on the main thread only.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// The thread of the entry points. A plugin links its own copy of the crate, so this is the plugin's own.
static MAIN: Mutex<Option<ThreadId>> = Mutex::new(None);

fn main() -> MutexGuard<'static, Option<ThreadId>> {
    MAIN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An entry point begins, on the main thread.
pub(crate) fn enter() {
    *main() = Some(thread::current().id());
}

/// Whether this is the thread on which the entry points run.
pub(crate) fn is_current() -> bool {
    *main() == Some(thread::current().id())
}
