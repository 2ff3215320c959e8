//! What the entry points of a plugin do around its own functions.

use crate::context::Context;
use crate::error::Failure;
use crate::host::Host;
use crate::host_cell::HostCell;
use crate::route::Route;
use crate::text::cut;
use crate::{main_thread, panics, registry, sys, tasks};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What an init or a register may return.
#[diagnostic::on_unimplemented(
    message = "an init or register function can't return `{Self}`",
    label = "must return `Result<(), E>` or nothing",
    note = "E is mortise::Failure or anything that implements Display"
)]
pub trait Outcome {
    /// Its error, as a message.
    fn into_result(self) -> Result<(), Failure>;
}

impl Outcome for () {
    fn into_result(self) -> Result<(), Failure> {
        Ok(())
    }
}

impl<E: Into<Failure>> Outcome for Result<(), E> {
    fn into_result(self) -> Result<(), Failure> {
        self.map_err(Into::into)
    }
}

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
    if let Some(error) = unsafe { error.as_mut() } {
        let fits = cut(&message, error.message.len() - 1).as_bytes();
        error.message[..fits.len()].copy_from_slice(fits);
        error.message[fits.len()] = 0;
    }
    sys::ERROR
}

unsafe extern "C" {
    /// The plugin's own. Only generic code may name it: that is compiled into the plugin, beside its
    /// `plugin!`, and not into programs that have none.
    static module_host: HostCell;
}

/// What a route function may answer.
#[diagnostic::on_unimplemented(
    message = "a route function can't return `{Self}`",
    label = "must return `Route` or `Option<Route>`"
)]
pub trait Decision {
    /// No answer counts as "unknown".
    fn into_route(self) -> Route;
}

impl Decision for Route {
    #[inline]
    fn into_route(self) -> Route {
        self
    }
}

impl Decision for Option<Route> {
    #[inline]
    fn into_route(self) -> Route {
        self.unwrap_or(Route::unknown())
    }
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
        Ok(answer) => answer.write(unsafe { &mut *route }),
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
}
