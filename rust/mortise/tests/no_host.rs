//! The safe API of the services in a unit test of a plugin, where there is no host: nothing crashes.

#![allow(missing_docs)]

use mortise::{Counter, Gauge, Histogram, Reply};
use std::time::{Duration, SystemTime};

mortise::plugin!();
mortise::require!(clock, 1, 0);
mortise::require!(files, 1, 0);
mortise::require!(log, 1, 0);
mortise::require!(memory, 1, 0);
mortise::require!(metrics, 1, 0);
mortise::want!(registry, 1, 0);
mortise::want!(state, 1, 0);
mortise::want!(tasks, 1, 0);

static QUERIES: Counter = mortise::counter!("queries", "asked");
static DEPTH: Gauge = mortise::gauge!("depth", "entries");
static ROWS: Histogram = mortise::histogram!("rows", "rows", &[1.0]);

#[test]
fn metrics_and_lines_go_nowhere() {
    QUERIES.add(1);
    DEPTH.set(1.0);
    ROWS.observe(1.0);
    let metrics = mortise::metrics!();
    metrics.counter("x", "").add(1);
    metrics.gauge("x", "").set(1.0);
    metrics.histogram("x", "", &[]).observe(1.0);
    mortise::info!(tenant = 1; "moved");
    assert_eq!(format!("{metrics:?}"), "Metrics(mortise.metrics, not available)");
}

#[test]
fn the_state_is_empty_and_keeps_nothing() {
    let state = mortise::state!();
    assert!(!state.is_available() && state.get("a").is_none() && state.get_into("a", &mut [0]).is_none());
    assert_eq!(state.put("a", "x").unwrap_err().to_string(), "there is no mortise.state here");
    assert!(!state.remove("a") && state.keys().is_empty());
}

#[test]
fn tasks_are_refused() {
    let tasks = mortise::tasks!();
    let refused = [
        tasks.run_main(|| {}),
        tasks.run_pool(|| {}),
        tasks.after(Duration::ZERO, || {}),
        tasks.every(Duration::MAX, || {}),
    ];
    for refused in refused {
        assert_eq!(refused.unwrap_err().message(), "there is no mortise.tasks here");
    }
}

#[test]
fn there_are_no_files() {
    let files = mortise::files!();
    let failed = [
        files.read("a/b").map(drop),
        files.read_to_string("a/b").map(drop),
        files.read_at("a/b", 0, &mut [0]).map(drop),
        files.write("a/b", ""),
        files.append("a/b", ""),
        files.create("a/b", ""),
        files.remove("a/b"),
        files.list("a").map(drop),
    ];
    for failed in failed {
        assert_eq!(failed.unwrap_err().message(), "there is no mortise.files here");
    }
}

#[test]
fn the_clock_is_the_systems() {
    let clock = mortise::clock!();
    let now = SystemTime::now();
    assert!(clock.wall() >= now - Duration::from_secs(1) && clock.wall() < now + Duration::from_secs(60));
    let before = clock.monotonic();
    assert!(clock.monotonic() >= before);
}

#[test]
fn there_is_no_memory_and_no_other_service() {
    assert!(mortise::memory!().allocate(1).is_none() && mortise::memory!().copy_of(b"x").is_none());
    mortise::registry!().each(|_| unreachable!());
    let refused = mortise::registry!().subscribe("shop.price_rule", 1, 0, |_| Reply::KEEP).unwrap_err();
    assert_eq!(refused.message(), "there is no mortise.registry here");
    assert!(mortise::lease!(mortise::sys::LogV1).is_none());
}
