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

use ::core::ffi::c_void;
use ::core::mem::{offset_of, size_of};
use ::core::sync::atomic::AtomicBool;
pub use ::mortise::generated::{Bool, Caller};
use ::mortise::generated::{self, Called, Stopped};
use ::mortise::{Error, sys};
use ::std::prelude::rust_2021::*; // for crates that have no_implicit_prelude

static MODULE: generated::Module = generated::Module::new(&crate::module_host, "shop.price_rule", 1);

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
    const SIGNATURE: &'static str = ::core::concat!(
        "apply(host, customer: text, items: u32, cents: i64, discounted: out i64, error) -> status [main-thread]",
    );
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
        if !MODULE.may_call() {
            return Err(MODULE.elsewhere("apply").into());
        }
        let mut discounted = 0;
        let mut error = generated::no_error();
        // SAFETY: the table has this layout, and what is passed outlives the call.
        let status_ = unsafe { (self.apply)(MODULE.host(), customer.as_ptr(), customer.len() as u64, items, cents, &raw mut discounted, &raw mut error) };
        generated::status_with_message(status_, &error)?;
        Ok(discounted)
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
    match MODULE.guarded("apply", || {
        P::apply(&unsafe { Caller::of(host) }, &String::from_utf8_lossy(unsafe { generated::bytes(customer, customer_size) }), items, cents)
    }) {
        Ok(Ok(discounted_out_)) => {
            unsafe { generated::put(discounted, discounted_out_) };
            sys::OK
        }
        Ok(Err(error_)) => {
            unsafe { generated::put(discounted, 0) };
            unsafe { generated::say(error, error_.message()) };
            sys::ERROR
        }
        Err(error_) => {
            unsafe { generated::put(discounted, 0) };
            unsafe { generated::say(error, &error_) };
            sys::ERROR
        }
    }
}

