//! The safe API of the services, against a host that is made here.

// The host's side of the C ABI is unsafe throughout.
#![allow(clippy::undocumented_unsafe_blocks, missing_docs)]

mod clock;
mod collect;
mod files;
mod host;
mod log;
mod memory;
mod metrics;
mod registry;
#[path = "../shared/host.rs"]
mod shared;
mod state;
mod tasks;

use host::*;
use mortise::prelude::*;
use mortise::testing::Query;
use mortise::{Reply, sys};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

mortise::plugin!(name = "services");
mortise::require!(clock, 1, 0);
mortise::require!(collect, 1, 0);
mortise::require!(files, 1, 0);
mortise::require!(log, 1, 0);
mortise::want!(memory, 1, 0);
mortise::require!(metrics, 1, 0);
mortise::require!(registry, 1, 0);
mortise::require!(state, 1, 0);
mortise::require!(tasks, 1, 0);

pub static INIT: AtomicU32 = AtomicU32::new(0);

#[mortise::init]
fn init() -> mortise::Result {
    match INIT.load(Ordering::Relaxed) {
        1 => panic!("in init"),
        2 => {
            let kept = Dropped(NOT_KEPT.clone());
            mortise::tasks!().run_main(move || drop(kept))?;
            Err(404)? // anything that can be displayed
        }
        _ => Ok(()),
    }
}

#[mortise::route]
fn route(_: &Context) -> Route {
    panic!("in {}", "route")
}

#[mortise::fini]
fn fini() {
    mortise::info!(dropped = NOT_KEPT.load(Ordering::Relaxed); "fini");
    assert!(mortise::tasks!().run_main(|| {}).is_err(), "the plugin stops");
    panic!("in fini");
}

unsafe extern "C" {
    pub fn module_init(host: *const sys::Host, error: *mut sys::Error) -> i32;
    fn module_route(context: *const sys::Context, route: *mut sys::Route) -> i32;
    fn module_fini(host: *const sys::Host);
}

static NOT_KEPT: LazyLock<Arc<AtomicU32>> = LazyLock::new(Arc::default);

#[test]
fn a_panic_in_a_visit_goes_on_behind_c() {
    let _alone = start();
    mortise::state!().put("a", "").unwrap();
    mortise::state!().put("b", "").unwrap();
    let mut visits = 0;
    let said = panic_of(|| {
        mortise::state!().each(|_, _| {
            visits += 1;
            panic!("visit")
        });
    });
    assert_eq!((said, visits), ("visit", 1));
    assert_eq!(panic_of(|| mortise::registry!().each(|_| panic!("registry"))), "registry");
    assert_eq!(panic_of(|| _ = mortise::files!().each("rules", |_| panic!("files"))), "files");
}

#[test]
fn what_waits_at_the_end_is_dropped_before_fini() {
    let _alone = start();
    NOT_KEPT.store(0, Ordering::Relaxed);
    let kept = Dropped(NOT_KEPT.clone());
    let timer = mortise::tasks!().every(Duration::from_secs(1), move || _ = &kept).unwrap();
    let kept = Dropped(NOT_KEPT.clone());
    let listen = move |_: &mortise::Notice| {
        _ = &kept;
        Reply::KEEP
    };
    mortise::registry!().subscribe("shop.price_rule", 1, 0, listen).unwrap();
    let late = heard(|heard| heard.tasks[0]);
    heard(|heard| heard.closed = true);
    unsafe { module_fini(&raw const HOST.0) };
    assert_eq!(NOT_KEPT.load(Ordering::Relaxed), 2);
    assert_eq!(lines(), ["1 fini dropped=2", "3 module_fini panicked: in fini"]);
    unsafe { (late.task)(std::ptr::without_provenance_mut(late.context)) };
    timer.cancel();
}

#[test]
fn an_init_that_fails_drops_what_it_gave() {
    let _alone = start();
    NOT_KEPT.store(0, Ordering::Relaxed);
    INIT.store(2, Ordering::Relaxed);
    let mut error = sys::Error { size: 1032, reserved: 0, message: [0; 1024] };
    assert_eq!(unsafe { module_init(&raw const HOST.0, &mut error) }, sys::ERROR);
    assert!(error.message.starts_with(b"404\0"));
    assert_eq!(NOT_KEPT.load(Ordering::Relaxed), 1);
}

#[test]
fn a_panic_in_an_entry_point_reaches_the_log() {
    let _alone = start();
    let mut answer = sys::Route::default();
    let status = Query::new("").ask(|context| unsafe { module_route(context.as_sys(), &mut answer) });
    assert_eq!((status, lines()), (sys::ERROR, vec!["3 module_route panicked: in route".to_owned()]));
    INIT.store(1, Ordering::Relaxed);
    assert_eq!(unsafe { module_init(&raw const HOST.0, std::ptr::null_mut()) }, sys::ERROR);
    assert_eq!(lines(), ["3 module_init panicked: in init"]);
    heard(|heard| assert_eq!(heard.leases, 0));
}
