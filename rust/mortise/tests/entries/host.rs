//! A host that has a configuration and one service. Each thread has its own values, and hears its own refusals.

use crate::TABLE;
use crate::shared::read;
use mortise::sys;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;

thread_local! {
    static VALUES: RefCell<Vec<(&'static str, sys::Value)>> = const { RefCell::new(Vec::new()) };
    pub static REFUSED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    pub static LINES: RefCell<Vec<(i32, String)>> = const { RefCell::new(Vec::new()) };
    static REGISTERED: Cell<u32> = const { Cell::new(0) };
    pub static LEASES: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "C" fn find(_: *const sys::Host, path: sys::Text) -> *const sys::Value {
    let path = read(path);
    VALUES.with_borrow(|values| {
        values.iter().find(|(key, _)| *key == path).map_or(std::ptr::null(), |(_, value)| value)
    })
}

unsafe extern "C" fn refuse(_: *const sys::Host, path: sys::Text, rule: sys::Text) {
    REFUSED.with_borrow_mut(|refused| refused.push(format!("{} {}", read(path), read(rule))));
}

unsafe extern "C" fn get_service(
    _: *const sys::Host,
    name: sys::Text,
    version: u32,
    _: sys::Text,
) -> *const c_void {
    if read(name) == "shop.price_rule" && version == sys::version(2, 7) {
        LEASES.set(LEASES.get() + 1);
        return (&raw const TABLE).cast();
    }
    std::ptr::null()
}

unsafe extern "C" fn release_service(_: *const sys::Host, _: *const c_void) -> i32 {
    LEASES.set(LEASES.get() - 1);
    sys::OK
}

unsafe extern "C" fn register_service(
    _: *const sys::Host,
    service: *const sys::Service,
    error: *mut sys::Error,
) -> i32 {
    let service = unsafe { &*service };
    assert_eq!((read(service.name).as_str(), service.version), ("shop.price_rule", sys::version(2, 7)));
    if REGISTERED.replace(1) == 0 {
        return sys::OK;
    }
    unsafe { (&mut (*error).message)[..6].copy_from_slice(b"taken\0") };
    sys::ERROR
}

unsafe extern "C" fn unregister_service(_: *const sys::Host, _: *const c_void, _: *mut sys::Error) -> i32 {
    sys::OK
}

pub unsafe extern "C" fn enabled(_: *const sys::Host, severity: i32) -> i32 {
    (severity == sys::LOG_DEBUG).into()
}

pub unsafe extern "C" fn write(_: *const sys::Host, severity: i32, message: sys::Text) {
    LINES.with_borrow_mut(|lines| lines.push((severity, read(message))));
}

/// Calls `test` with a host of this thread whose configuration has `values`.
pub fn with_host(values: &[(&'static str, sys::Value)], test: impl FnOnce(&sys::Host)) {
    VALUES.set(values.to_vec());
    // Both stay, as a real host's do until fini returns: the crate keeps the address.
    let config = Box::leak(Box::new(sys::Config {
        size: 24,
        reserved: 0,
        find,
        refuse,
        find_in: None,
        refuse_in: None,
    }));
    let host = Box::leak(Box::new(sys::Host {
        size: size_of::<sys::Host>() as u32,
        abi: sys::version(1, 4),
        version: sys::Text::of("0.9.1"),
        plugin: sys::Text::of("tester"),
        path: sys::Text::of("/plugins/libtester.so"),
        config,
        get_service,
        release_service,
        register_service,
        unregister_service,
    }));
    test(host);
}

pub fn value(type_: i32, count: u32, data: sys::ValueData) -> sys::Value {
    sys::Value { type_, count, data }
}

pub fn text(text: &'static str) -> sys::Value {
    value(sys::VALUE_TEXT, 0, sys::ValueData { text: sys::Text::of(text) })
}

pub fn integer(integer: i64) -> sys::Value {
    value(sys::VALUE_INTEGER, 0, sys::ValueData { integer })
}
