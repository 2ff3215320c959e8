//! What becomes of a plugin's panics, which never leave it.

use crate::service::Service;
use crate::sys;
use core::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Logs that `what` panicked, where the host has a log; what the panic said.
///
/// # Safety
/// `host` must be null or a host table that keeps the promises of `host.h`.
#[cold]
pub(crate) unsafe fn report(host: *const sys::Host, what: &str, panic: Box<dyn Any + Send>) -> String {
    let message = format!("{what} panicked: {}", message_of(panic));
    // SAFETY: the caller's promise.
    unsafe { log(host, &message) };
    message
}

/// A line of this plugin in the host's log, where the host has one. Asked for by name, since a plugin needn't have
/// a cell for the log.
///
/// # Safety
/// `host` must be null or a host table that keeps the promises of `host.h`.
#[cold]
pub(crate) unsafe fn log(host: *const sys::Host, line: &str) {
    // SAFETY: the caller's promise; get_service, release_service and the log's functions go on any thread, and
    // the table stays until it is released.
    unsafe {
        if let Some(table) = host.as_ref() {
            let (name, signature) = (sys::Text::of(sys::LogV1::NAME), sys::Text::of(sys::LogV1::SIGNATURE));
            let log = (table.get_service)(host, name, sys::version(1, 0), signature);
            // Not a reference: a host of 1.0 has less than the whole struct.
            let functions = log.cast::<sys::LogV1>();
            if !functions.is_null() {
                if ((*functions).enabled)(host, sys::LOG_ERROR) != 0 {
                    ((*functions).write)(host, sys::LOG_ERROR, sys::Text::of(line));
                }
                (table.release_service)(host, log);
            }
        }
    }
}

/// What a panic said; panics with something other than text say nothing.
pub(crate) fn message_of(panic: Box<dyn Any + Send>) -> String {
    let message = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "no message".to_owned(),
    };
    drop_quietly(panic);
    message
}

/// Drops what may itself panic when it is dropped.
pub(crate) fn drop_quietly<T>(value: T) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        core::mem::forget(again);
    }
}
