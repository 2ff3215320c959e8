//! What the macros expand to. Not for use by hand, and not covered by any promise.

use crate::sys::{self, ModuleInfo, Provision, Requirement};
use crate::{Context, Failure, Host, Route, main_thread, panics, registry, tasks};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use crate::field::{Field, field};
pub use crate::log::Line;
pub use crate::main_thread::may_call;

/// `module_host`: null in the file, filled in by the host before any entry point runs.
#[repr(transparent)]
pub struct HostCell(AtomicPtr<sys::Host>);

impl HostCell {
    #[expect(clippy::new_without_default, reason = "statics need a const function")]
    pub const fn new() -> Self {
        Self(AtomicPtr::new(null_mut()))
    }

    #[inline]
    pub(crate) fn get(&self) -> *const sys::Host {
        self.0.load(Ordering::Relaxed)
    }
}

/// `text` in an array that ends in a zero; an error at compile time when it doesn't fit.
const fn inline<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (bytes, mut array, mut index) = (text.as_bytes(), [0; N], 0);
    if bytes.len() >= N {
        return None;
    }
    while index < bytes.len() {
        array[index] = bytes[index];
        index += 1;
    }
    Some(array)
}

/// A name as the host accepts it: lower-case letters, digits, `_`, `-` and `.`; starts with a letter.
const fn is_name(name: &[u8; 64]) -> bool {
    let mut index = 0;
    while index < name.len() && name[index] != 0 {
        let letter = name[index].is_ascii_lowercase();
        let other = name[index].is_ascii_digit() || matches!(name[index], b'_' | b'-' | b'.');
        if !letter && (index == 0 || !other) {
            return false;
        }
        index += 1;
    }
    index > 0
}

/// A name's bytes. A function, since a constant beside the plugin's own expression could hide a name in it.
pub const fn name(name: &str) -> &[u8] {
    name.as_bytes()
}

/// The package's name as a plugin's: `-` becomes `_`.
pub const fn package_name<const N: usize>(package: &str) -> [u8; N] {
    let (bytes, mut name, mut index) = (package.as_bytes(), [0; N], 0);
    while index < N {
        name[index] = if bytes[index] == b'-' { b'_' } else { bytes[index] };
        index += 1;
    }
    name
}

pub const fn module_info(name: &[u8], version: &str, parser: &str, flags: u32) -> ModuleInfo {
    let Ok(name) = core::str::from_utf8(name) else {
        panic!("the plugin's name must be ASCII");
    };
    let Some(name) = inline(name) else {
        panic!("the plugin's name is longer than 63 bytes; plugin!(name = \"…\") sets another");
    };
    if !is_name(&name) {
        panic!(
            "the plugin's name must be lower-case letters, digits, `_`, `-` and `.`, and start with a \
             letter; plugin!(name = \"…\") sets another"
        );
    }
    let Some(version) = inline(version) else {
        panic!("the plugin's version is longer than 31 bytes");
    };
    if version[0] == 0 {
        panic!("the plugin's version is empty");
    }
    let Some(parser) = inline(parser) else {
        panic!("the parser is longer than 63 bytes");
    };
    let (Some(abi), Some(toolchain)) = (inline(sys::ABI), inline(env!("MORTISE_TOOLCHAIN"))) else {
        panic!("the build script cuts the toolchain at 95 bytes");
    };
    ModuleInfo {
        magic: sys::MODULE_MAGIC,
        size: size_of::<ModuleInfo>() as u32,
        reserved: 0,
        abi,
        toolchain,
        name,
        version,
        parser,
        flags,
        reserved_2: 0,
    }
}

const fn service_name(name: &str) -> [u8; 64] {
    let Some(name) = inline(name) else {
        panic!("the service's name is longer than 63 bytes");
    };
    if !is_name(&name) {
        panic!("a service's name is dotted and lower-case, such as \"shop.price_rule\"");
    }
    name
}

pub const fn requirement(name: &str, major: u16, minor: u16, flags: u32) -> Requirement {
    Requirement {
        size: size_of::<Requirement>() as u32,
        version: sys::version(major, minor),
        flags,
        reserved: 0,
        name: service_name(name),
    }
}

pub const fn provision(name: &str, major: u16, minor: u16) -> Provision {
    Provision {
        size: size_of::<Provision>() as u32,
        version: sys::version(major, minor),
        flags: 0,
        reserved: 0,
        name: service_name(name),
    }
}

/// What an init or a register may return.
#[diagnostic::on_unimplemented(
    message = "an init or register function can't return `{Self}`",
    label = "must return `Result<(), E>` or nothing",
    note = "E is mortise::Failure or anything that implements Display"
)]
pub trait Outcome {
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

/// The longest part of `text` of at most `size` bytes that ends with a whole character.
pub(crate) fn cut(text: &str, size: usize) -> &str {
    if text.len() <= size {
        return text;
    }
    let mut end = size;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
