//! A host with a log and a configuration. Each thread has its own lines and values.

use crate::shared::{enabled, line, read, register_service, unregister_service};
use mortise::sys;
use std::cell::{Cell, RefCell};
use std::sync::Once;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static REFUSED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static ROOT: Cell<*const sys::Value> = const { Cell::new(std::ptr::null()) };
}

/// Tables of C, which point nowhere that moves.
pub struct Shared<T>(T);
unsafe impl<T> Sync for Shared<T> {}

unsafe extern "C" fn write(_: *const sys::Host, severity: i32, message: sys::Text) {
    LINES.with_borrow_mut(|lines| lines.push(format!("{severity} {}", read(message))));
}
unsafe extern "C" fn write_fields(
    _: *const sys::Host,
    severity: i32,
    message: sys::Text,
    fields: *const sys::Member,
    count: u32,
) {
    let line = unsafe { line(severity, message, fields, count) };
    LINES.with_borrow_mut(|lines| lines.push(line));
}
static LOG: sys::LogV1Whole =
    sys::LogV1Whole { first: sys::LogV1 { size: 32, reserved: 0, enabled, write }, write_fields };

unsafe extern "C" fn find(_: *const sys::Host, path: sys::Text) -> *const sys::Value {
    assert_eq!(read(path), "", "the whole is asked for");
    ROOT.get()
}
unsafe extern "C" fn refuse(_: *const sys::Host, path: sys::Text, rule: sys::Text) {
    REFUSED.with_borrow_mut(|refused| refused.push(format!("{}: {}", read(path), read(rule))));
}
static CONFIG: Shared<sys::Config> =
    Shared(sys::Config { size: 24, reserved: 0, find, refuse, find_in: None, refuse_in: None });

unsafe extern "C" fn get_service(
    _: *const sys::Host,
    _: sys::Text,
    _: u32,
    _: sys::Text,
) -> *const std::ffi::c_void {
    std::ptr::null()
}
unsafe extern "C" fn release_service(_: *const sys::Host, _: *const std::ffi::c_void) -> i32 {
    sys::OK
}
const NOTHING: sys::Text = sys::Text { data: c"".as_ptr(), size: 0 };
pub static HOST: Shared<sys::Host> = Shared(sys::Host {
    size: 96,
    abi: 0x1_0000,
    version: NOTHING,
    plugin: NOTHING,
    path: NOTHING,
    config: &raw const CONFIG.0,
    get_service,
    release_service,
    register_service,
    unregister_service,
});

/// Fills the plugin's cells, as a host does before any entry point runs.
pub fn start() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| unsafe {
        let place = (&raw const crate::module_host).cast::<*const sys::Host>().cast_mut();
        place.write_volatile(&raw const HOST.0);
        let place = (&raw const crate::mortise_log_service).cast::<*const sys::LogV1Whole>().cast_mut();
        place.write_volatile(&raw const LOG);
    });
    LINES.take();
    REFUSED.take();
}

/// What this thread's lines were.
pub fn lines() -> Vec<String> {
    LINES.take()
}

pub fn refused() -> Vec<String> {
    REFUSED.take()
}

/// What `find("")` answers on this thread, during the call.
pub fn with_config<R>(root: *const sys::Value, call: impl FnOnce() -> R) -> R {
    ROOT.set(root);
    let answer = call();
    ROOT.set(std::ptr::null());
    answer
}
