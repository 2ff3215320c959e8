//! shop.price_rule 1.0: one rule that lowers a price
//!
//! Written by `mortise headers` from the definition of the service: change that, not this file.
//!
//! To call it, in the crate's root:
//! ```ignore
//! #[rustfmt::skip]
//! mod shop_price_rule;
//! mortise::require!(shop_price_rule::ShopPriceRuleV1);
//!
//! // In a function; None only where no host is, as in unit tests, or with `want!`:
//! let service = shop_price_rule_service.get();
//! ```
//! To provide it:
//! ```ignore
//! mortise::provide!(shop_price_rule::Table);
//!
//! struct Mine;
//! impl shop_price_rule::Provider for Mine { /* … */ }
//! static TABLE: shop_price_rule::Table = shop_price_rule::table::<Mine>();
//!
//! #[mortise::register]
//! fn register(host: &Host) -> Result<(), Error> {
//!     host.register_service(&TABLE)
//! }
//! ```
#![allow(dead_code, unsafe_code, unused_imports, clippy::all)]

use ::core::any::Any;
use ::core::cell::Cell;
use ::core::ffi::c_void;
use ::core::mem::{offset_of, size_of};
use ::core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use ::mortise::{Error, sys};
use ::std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use ::std::prelude::rust_2021::*; // for crates that have no_implicit_prelude

/// The table of `shop.price_rule` 1.0, as C has it. Its methods are the safe way to call it.
#[repr(C)]
pub struct ShopPriceRuleV1 {
    /// Bytes of the table.
    size: u32,
    /// 0.
    reserved: u32,
    /// What `items` pieces cost the customer, when they cost `cents` before this rule: at most that, at
    /// least 0. 0, or anything else when it failed; then `error` says why. `discounted` receives a value.
    /// \[main-thread\]
    pub apply: unsafe extern "C" fn(host: *const sys::Host, customer: *const u8, customer_size: u64, items: u32, cents: i64, discounted: *mut i64, error: *mut sys::Error) -> i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    ::core::assert!(size_of::<ShopPriceRuleV1>() == 16);
    ::core::assert!(offset_of!(ShopPriceRuleV1, apply) == 8);
};

// SAFETY: the definition of the service has this layout.
unsafe impl ::mortise::Service for ShopPriceRuleV1 {
    const NAME: &'static str = "shop.price_rule";
    const MAJOR: u16 = 1;
    const MINOR: u16 = 0;
}

/// The table that this plugin provides.
pub type Table = ShopPriceRuleV1;

/// Calls in the name of the plugin that this module is compiled into.
/// Those tagged \[main-thread\] are refused on other threads, unless the host itself provides the service.
impl ShopPriceRuleV1 {
    /// What `items` pieces cost the customer, when they cost `cents` before this rule: at most that, at
    /// least 0. 0, or anything else when it failed; then `error` says why. `discounted` receives a value.
    /// \[main-thread\]
    pub fn apply(&self, customer: &str, items: u32, cents: i64) -> Result<i64, Error> {
        if !self::may_call() {
            return Err(self::elsewhere("apply").into());
        }
        let mut discounted = 0;
        let mut error = self::no_error();
        // SAFETY: the table has this layout, and what is passed outlives the call.
        let status_ = unsafe { (self.apply)(self::host(), customer.as_ptr(), customer.len() as u64, items, cents, &raw mut discounted, &raw mut error) };
        self::explained(status_, &error)?;
        Ok(discounted)
    }
}

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
    unsafe fn of(host: *const sys::Host) -> Self {
        if host.is_null() {
            return Self { plugin: &[] };
        }
        // SAFETY: the caller's promise; the host keeps its texts as long as its table.
        Self { plugin: unsafe { self::bytes((*host).plugin.data.cast(), (*host).plugin.size) } }
    }

    /// The calling plugin's name; empty where no host is, as in a unit test that calls through the table.
    #[must_use]
    pub fn plugin(&self) -> &str {
        ::core::str::from_utf8(self.plugin).unwrap_or_default()
    }
}

/// The functions of a plugin that provides the service. What panics counts as failed, and is in the host's log.
pub trait Provider: 'static {
    /// What `items` pieces cost the customer, when they cost `cents` before this rule: at most that, at
    /// least 0. 0, or anything else when it failed; then `error` says why. `discounted` receives a value.
    /// \[main-thread\]
    fn apply(caller: &Caller<'_>, customer: &str, items: u32, cents: i64) -> Result<i64, Error>;
}

/// The table for [`register_service`](mortise::Host::register_service).
#[must_use]
pub const fn table<P: Provider>() -> Table {
    ShopPriceRuleV1 {
        size: size_of::<Table>() as u32,
        reserved: 0,
        apply: provided_apply::<P>,
    }
}

/// # Safety
/// The caller keeps the promises of the service's header; `host` may be null.
unsafe extern "C" fn provided_apply<P: Provider>(
    host: *const sys::Host,
    customer: *const u8,
    customer_size: u64,
    items: u32,
    cents: i64,
    discounted: *mut i64,
    error: *mut sys::Error,
) -> i32 {
    // SAFETY, here and below: the caller's promise.
    match self::guarded("apply", || {
        P::apply(&unsafe { Caller::of(host) }, &String::from_utf8_lossy(unsafe { self::bytes(customer, customer_size) }), items, cents)
    }) {
        Ok(Ok(discounted_out_)) => {
            unsafe { self::put(discounted, discounted_out_) };
            sys::OK
        }
        Ok(Err(error_)) => {
            unsafe { self::put(discounted, 0) };
            unsafe { self::say(error, error_.message()) };
            sys::ERROR
        }
        Err(error_) => {
            unsafe { self::put(discounted, 0) };
            unsafe { self::say(error, &error_) };
            sys::ERROR
        }
    }
}


/// This plugin's own host table; null where no host is.
fn host() -> *const sys::Host {
    // SAFETY: the cell that mortise::plugin! makes is a transparent AtomicPtr.
    let cell = unsafe { &*(&raw const crate::module_host).cast::<AtomicPtr<sys::Host>>() };
    cell.load(Ordering::Relaxed)
}

/// # Safety
/// `data` must be null or point at `size` bytes that stay as they are for `'a`.
unsafe fn bytes<'a>(data: *const u8, size: u64) -> &'a [u8] {
    if data.is_null() || size == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { ::core::slice::from_raw_parts(data, size as usize) }
}

/// # Safety
/// `data` must be null or point at `size` bytes that nobody else uses for `'a`.
unsafe fn room<'a>(data: *mut u8, size: u64) -> &'a mut [u8] {
    if data.is_null() || size == 0 {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { ::core::slice::from_raw_parts_mut(data, size as usize) }
}

/// # Safety
/// `place` must be null or point at a T.
unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) }
    }
}

fn status(status: i32) -> Result<(), Error> {
    if status == sys::OK { Ok(()) } else { Err(::std::format!("the service answered {status}").into()) }
}

/// Whether functions that are tagged \[main-thread\] may be called on this thread: a plugin that provides the
/// service may rely on that. Where the host does, it takes calls on any thread, and hands them on or refuses them.
fn may_call() -> bool {
    // SAFETY: the plugin's own host lives while its code runs.
    unsafe { ::mortise::__private::may_call(self::host(), "shop.price_rule", 1) }
}

fn elsewhere(function: &str) -> String {
    ::std::format!("shop.price_rule: {function} is called on the main thread, after the plugin's register or init began")
}

/// The same for the log, once, where a function has no other way to say it.
fn say_elsewhere(function: &str, said: &AtomicBool) {
    if !said.swap(true, Ordering::Relaxed) {
        self::log(&self::elsewhere(function));
    }
}

/// Runs what a plugin wrote. When it panics: what to tell the caller, which the host's log has then.
fn guarded<T>(function: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let said = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
            (Some(text), _) => text,
            (_, Some(text)) => text.as_str(),
            _ => "no message",
        };
        let message = ::std::format!("{function} panicked: {said}");
        ::core::mem::forget(panic); // dropping it may panic again
        self::log(&::std::format!("shop.price_rule: {message}"));
        message
    })
}

/// A line of this plugin in the host's log, through a lease of its own: the plugin may have no cell for the log.
fn log(line: &str) {
    let host = self::host();
    if host.is_null() {
        return;
    }
    // SAFETY: the plugin's own host lives while its code runs, and answers on any thread; it has mortise.log 1.0, of
    // which alone something is read, or none.
    unsafe {
        let table = ((*host).get_service)(host, sys::Text::of("mortise.log"), sys::version(1, 0));
        let log = table.cast::<sys::LogV1>();
        if log.is_null() {
            return;
        }
        if ((*log).enabled)(host, sys::LOG_ERROR) != 0 {
            ((*log).write)(host, sys::LOG_ERROR, sys::Text::of(line));
        }
        ((*host).release_service)(host, table);
    }
}

fn no_error() -> sys::Error {
    sys::Error { size: size_of::<sys::Error>() as u32, reserved: 0, message: [0; 1024] }
}

fn explained(status: i32, error: &sys::Error) -> Result<(), Error> {
    if status == sys::OK {
        return Ok(());
    }
    let message = error.message.split(|byte| *byte == 0).next().unwrap_or_default();
    Err(String::from_utf8_lossy(message).into())
}

/// # Safety
/// `place` must be null or point at a mortise_error.
unsafe fn say(place: *mut sys::Error, message: &str) {
    // SAFETY: the caller's promise.
    if let Some(error) = unsafe { place.as_mut() } {
        let mut size = message.len().min(error.message.len() - 1);
        while !message.is_char_boundary(size) {
            size -= 1;
        }
        error.message[..size].copy_from_slice(&message.as_bytes()[..size]);
        error.message[size] = 0;
    }
}
