//! A host that remembers what it is told. Each service has its table beside its tests.

pub use crate::shared::read;
use crate::shared::{register_service, unregister_service};
use crate::*;
use mortise::sys;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

// What the host has and has heard.

#[derive(Default)]
pub struct Heard {
    pub lines: Vec<String>,
    pub leases: i32,
    pub asked: Vec<String>,
    pub changes: Vec<String>,
    pub state: BTreeMap<String, Vec<u8>>,
    /// What another thread puts between two calls.
    pub grows: Option<Vec<u8>>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub reads: Vec<u64>,
    pub blocks: i32,
    pub tasks: Vec<Waiting>,
    pub last_number: u64,
    pub closed: bool,
    pub callbacks: Vec<crate::collect::Callbacks>,
    pub dispatched: Vec<String>,
    pub subscribed: Vec<(String, u32, sys::NoticeFunction, usize)>,
}

#[derive(Clone, Copy)]
pub struct Waiting {
    pub number: u64,
    pub task: sys::Task,
    pub context: usize,
    pub delay: u64,
    pub period: u64,
}

static HEARD: Mutex<Option<Heard>> = Mutex::new(None);
static ALONE: Mutex<()> = Mutex::new(());

pub fn heard<T>(look: impl FnOnce(&mut Heard) -> T) -> T {
    look(HEARD.lock().unwrap().get_or_insert_default())
}

pub fn lines() -> Vec<String> {
    heard(|heard| std::mem::take(&mut heard.lines))
}

pub unsafe fn bytes<'a>(data: *const c_void, size: u64) -> &'a [u8] {
    unsafe { sys::Text { data: data.cast(), size }.bytes() }
}

pub fn fail(error: *mut sys::Error, message: &str) -> i32 {
    unsafe { (&mut (*error).message)[..message.len()].copy_from_slice(message.as_bytes()) };
    sys::ERROR
}

unsafe extern "C" fn find(_: *const sys::Host, _: sys::Text) -> *const sys::Value {
    std::ptr::null()
}
unsafe extern "C" fn refuse(_: *const sys::Host, _: sys::Text, _: sys::Text) {}
unsafe extern "C" fn get_service(
    _: *const sys::Host,
    name: sys::Text,
    version: u32,
    _: sys::Text,
) -> *const c_void {
    if read(name) != "mortise.log" || version != sys::version(1, 0) {
        return std::ptr::null();
    }
    heard(|heard| heard.leases += 1);
    (&raw const crate::log::TABLE).cast()
}
unsafe extern "C" fn release_service(_: *const sys::Host, table: *const c_void) -> i32 {
    assert_eq!(table, (&raw const crate::log::TABLE).cast());
    heard(|heard| heard.leases -= 1);
    sys::OK
}
static CONFIG: sys::Config =
    sys::Config { size: 24, reserved: 0, find, refuse, find_in: None, refuse_in: None };

pub struct FakeHost(pub sys::Host);
unsafe impl Sync for FakeHost {}

pub const fn text(text: &'static str) -> sys::Text {
    sys::Text::of(text)
}

pub static HOST: FakeHost = FakeHost(sys::Host {
    size: size_of::<sys::Host>() as u32,
    abi: sys::version(1, 0),
    version: text("0.9.1"),
    plugin: text("services"),
    path: text("/plugins/libservices.so"),
    config: &raw const CONFIG,
    get_service,
    release_service,
    register_service,
    unregister_service,
});

/// The one test that runs now, with a host that has heard nothing, on what counts as the main thread.
pub fn start() -> MutexGuard<'static, ()> {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    *HEARD.lock().unwrap_or_else(PoisonError::into_inner) = None;
    fn fill<T, U>(cell: *const T, table: *const U) {
        unsafe { (*cell.cast::<AtomicPtr<U>>()).store(table.cast_mut(), Ordering::Release) }
    }
    fill(&raw const module_host, &raw const HOST.0);
    fill(&raw const mortise_clock_service, &raw const crate::clock::TABLE);
    fill(&raw const mortise_collect_service, &raw const crate::collect::TABLE);
    fill(&raw const mortise_files_service, &raw const crate::files::TABLE);
    fill(&raw const mortise_log_service, &raw const crate::log::TABLE);
    fill(&raw const mortise_memory_service, &raw const crate::memory::TABLE);
    fill(&raw const mortise_metrics_service, &raw const crate::metrics::TABLE);
    fill(&raw const mortise_registry_service, &raw const crate::registry::TABLE);
    fill(&raw const mortise_state_service, &raw const crate::state::TABLE);
    fill(&raw const mortise_tasks_service, &raw const crate::tasks::TABLE);
    INIT.store(0, Ordering::Relaxed);
    assert_eq!(unsafe { module_init(&raw const HOST.0, std::ptr::null_mut()) }, sys::OK);
    alone
}

/// What the panicking closure said.
pub fn panic_of(call: impl FnOnce()) -> &'static str {
    catch_unwind(AssertUnwindSafe(call)).expect_err("panics").downcast_ref::<&str>().expect("says something")
}

/// Counts how often it is dropped.
pub struct Dropped(pub Arc<AtomicU32>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

pub fn counted() -> (Arc<AtomicU32>, Dropped) {
    let count = Arc::default();
    (Arc::clone(&count), Dropped(count))
}
