//! Provides test.streams, as handles.c does.

use core::cell::Cell;
use core::sync::atomic::{AtomicI32, Ordering};
use mortise::prelude::*;

#[rustfmt::skip]
mod test_streams;

use test_streams::{Caller, Provider};

mortise::plugin!(name = "streams_rust");
mortise::require!(log, 1, 0);
mortise::provide!(test_streams::Table);

static LIVE: AtomicI32 = AtomicI32::new(0);

struct Counter {
    next: AtomicI32,
}

impl Counter {
    fn new(start: i32) -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Self { next: AtomicI32::new(start) }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Streams;

impl Provider for Streams {
    type Stream = Counter;
    type Other = ();

    fn open(_: &Caller<'_>, start: i32) -> Result<Counter, Error> {
        if start == -1 { Err("none".into()) } else { Ok(Counter::new(start)) }
    }
    fn next(_: &Caller<'_>, stream: &Counter) -> i32 {
        stream.next.fetch_add(1, Ordering::Relaxed)
    }
    fn visit(_: &Caller<'_>, stream: &Counter, visit: &mut dyn FnMut()) -> i32 {
        visit();
        stream.next.load(Ordering::Relaxed)
    }
    fn slow(_: &Caller<'_>, stream: &Counter, milliseconds: i32) -> i32 {
        std::thread::sleep(std::time::Duration::from_millis(milliseconds.unsigned_abs().into()));
        stream.next.load(Ordering::Relaxed)
    }
    fn both(_: &Caller<'_>, first: &Counter, number: i32, second: &Counter) -> i32 {
        first.next.load(Ordering::Relaxed) + number + second.next.load(Ordering::Relaxed)
    }
    fn make(_: &Caller<'_>) -> Result<(), Error> {
        Ok(())
    }
    fn drop(_: &Caller<'_>, (): ()) {}
    fn close(_: &Caller<'_>, stream: Counter) {
        let last = Cell::new(stream.next.load(Ordering::Relaxed));
        last.set(0);
    }
    fn count(_: &Caller<'_>) -> i32 {
        LIVE.load(Ordering::Relaxed)
    }
}

static TABLE: test_streams::Table = test_streams::table::<Streams>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}

#[mortise::fini]
fn fini(_: &Host) {
    mortise::info!("{} live", LIVE.load(Ordering::Relaxed));
}
