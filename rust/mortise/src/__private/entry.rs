//! The entry points: what the host calls, around what a plugin wrote.

use super::outcome::{Decision, Outcome};
use crate::context::Context;
use crate::error_buffer::say;
use crate::host::Host;
use crate::host_cell::HostCell;
use crate::{collect, main_thread, panics, registry, sys, tasks};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `module_register` or `module_init`.
///
/// # Safety
/// `host` and `error` must keep the promises of the C headers; `error` may be null.
pub unsafe fn start<R: Outcome>(
    name: &str,
    host: *const sys::Host,
    error: *mut sys::Error,
    function: fn(&Host) -> R,
) -> i32 {
    main_thread::enter();
    // SAFETY: the host calls entry points only, with its own table.
    let argument = unsafe { Host::of(host) };
    let message = match catch_unwind(AssertUnwindSafe(|| function(argument).into_result())) {
        Ok(Ok(())) => return sys::OK,
        Ok(Err(failure)) => failure.message().to_owned(),
        // SAFETY: the host's table stays until this returns.
        Err(panic) => unsafe { panics::report(host, name, panic) },
    };
    // The host calls nothing more after a failure, fini included.
    free_closures();
    // SAFETY: the host's buffer is ours for this call.
    unsafe { say(error, &message) };
    sys::ERROR
}

unsafe extern "C" {
    /// The plugin's own. Only generic code may name it: that is compiled into the plugin, beside its
    /// `plugin!`, and not into programs that have none.
    static module_host: HostCell;
}

/// Runs `module_route`; generic because it names `module_host`.
///
/// # Safety
/// `context` and `route` must keep the promises of the C headers.
#[inline]
pub unsafe fn route<R: Decision, F: FnOnce(&Context) -> R>(
    context: *const sys::Context,
    route: *mut sys::Route,
    function: F,
) -> i32 {
    // SAFETY: the host's context is valid for this call.
    let context = unsafe { Context::of(context) };
    match catch_unwind(AssertUnwindSafe(|| function(context).into_route())) {
        // SAFETY: the host's route is ours for this call.
        Ok(answer) => unsafe { answer.write(route) },
        Err(panic) => {
            // SAFETY: plugin! defines it, and the host has filled it.
            unsafe { panics::report(module_host.get(), "module_route", panic) };
            sys::ERROR
        }
    }
}

/// Runs `module_fini`.
///
/// # Safety
/// `host` must keep the promises of the C headers.
pub unsafe fn fini(host: *const sys::Host, function: fn(&Host)) {
    // Before the plugin's own code, which may wait for what the closures own to be dropped.
    free_closures();
    // SAFETY: the host calls entry points only, with its own table.
    let argument = unsafe { Host::of(host) };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| function(argument))) {
        // SAFETY: the host's table stays until this returns.
        unsafe { panics::report(host, "module_fini", panic) };
    }
    free_closures();
}

/// Frees closures that the host has, and won't call any more.
fn free_closures() {
    // One by one: of two panics at once the second would end the process.
    tasks::remove_all().into_iter().for_each(panics::drop_quietly);
    registry::remove_all().into_iter().for_each(panics::drop_quietly);
    collect::remove_all().into_iter().for_each(panics::drop_quietly);
}
