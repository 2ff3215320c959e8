//! What the macros export, called as a host calls it: panics stay inside, errors reach the host's buffer.

// The host's side of the C ABI is unsafe throughout.
#![allow(clippy::undocumented_unsafe_blocks, missing_docs)]

mod config;
mod host;
mod routing;
#[path = "../shared/host.rs"]
#[expect(dead_code, reason = "this host has services, and its lines no fields")]
mod shared;
mod starting;

use mortise::prelude::*;
use mortise::sys;
use std::sync::atomic::{AtomicU32, Ordering};

const NAME: &str = "test.plugin-1";

mortise::plugin!(name = NAME, version = "1.2.3-rc.1", parser = "17-6.1.0", exact_toolchain);
mortise::require!(log, 1, 0);
mortise::want!(shop_price_rule, "shop.price_rule", 2, 7, PriceRule);
mortise::provide!(shop_codec, "shop.codec", 1, 3);

#[repr(C)]
pub struct PriceRule {
    size: u32,
    reserved: u32,
}

// SAFETY: the test's own table.
unsafe impl mortise::Service for PriceRule {
    const NAME: &'static str = "shop.price_rule";
    const MAJOR: u16 = 2;
    const MINOR: u16 = 7;
    const SIGNATURE: &'static str = "";
}

static TABLE: PriceRule = PriceRule { size: 8, reserved: 0 };
static ASKED: AtomicU32 = AtomicU32::new(0);
static FINISHED: AtomicU32 = AtomicU32::new(0);

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)?;
    host.register_service(&TABLE) // a second time fails with the host's message
}

#[mortise::init]
fn init(host: &Host) -> Result<(), String> {
    let config = host.config();
    match config.string("mode", "fine") {
        "fine" => Ok(()),
        "fail" => Err("x".repeat(1022) + "é and more"),
        "panic" => panic!("mode {} in {}", "panic", host.plugin()),
        "any" => std::panic::panic_any(Bomb),
        other => Err(format!("no mode {other}")),
    }
}

#[mortise::route]
fn route(context: &Context) -> Route {
    let asked = ASKED.fetch_add(1, Ordering::Relaxed);
    mortise::debug!("asked {asked} times, {}", "x".repeat(asked as usize));
    mortise::error!("never kept {}", never());
    match context.sql() {
        "panic" => panic!("route"),
        "bomb" => std::panic::panic_any(Bomb),
        "unknown" => Route::unknown(),
        "read" => Route::new(Shard::Unknown, ReadWrite::Read),
        "block" => Route::block(),
        "because" => {
            let given =
                |index| context.parameters().get(index).and_then(|text| text.as_str()).unwrap_or_default();
            Route::block().because(given(0)).sqlstate(given(1))
        }
        "no block" => Route::all().because("no block").sqlstate("57P03"),
        "all" => Route::new(Shard::All, ReadWrite::Write),
        _ => Route::direct(7),
    }
}

#[mortise::fini]
fn fini() {
    FINISHED.fetch_add(1, Ordering::Relaxed);
    panic!("fini");
}

/// An argument of a line that isn't kept, and so not evaluated.
fn never() -> u32 {
    unreachable!()
}

/// A panic whose payload panics when it is dropped, with such a payload again.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

unsafe extern "C" {
    fn module_register(host: *const sys::Host, error: *mut sys::Error) -> i32;
    fn module_init(host: *const sys::Host, error: *mut sys::Error) -> i32;
    fn module_route(context: *const sys::Context, route: *mut sys::Route) -> i32;
    fn module_fini(host: *const sys::Host);
}
