//! Uses every service through the safe API, and tells in the log what it saw.

#![forbid(unsafe_code)]

use mortise::prelude::*;
use mortise::{Counter, Event, Gauge, Histogram, Reply, Task};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

mortise::plugin!();
mortise::require!(clock, 1, 0);
mortise::require!(files, 1, 0);
mortise::require!(log, 1, 0);
mortise::require!(memory, 1, 0);
mortise::require!(metrics, 1, 0);
mortise::require!(registry, 1, 0);
mortise::require!(state, 1, 0);
mortise::want!(tasks, 1, 0);

static QUERIES: Counter = mortise::counter!("queries", "queries that were asked");
static DEPTH: Gauge = mortise::gauge!("depth", "entries");
static ROWS: Histogram = mortise::histogram!("rows", "rows of an answer", &[1.0, 10.0]);
static TIMER: Mutex<Option<Task>> = Mutex::new(None);

/// Tells when it's dropped.
struct Owned(&'static str);

impl Drop for Owned {
    fn drop(&mut self) {
        mortise::info!("dropped {}", self.0);
    }
}

#[mortise::init]
fn init(host: &Host) -> mortise::Result {
    QUERIES.add(0);
    DEPTH.set(-1.5);
    [1.0, 5.0, 50.0].into_iter().for_each(|rows| ROWS.observe(rows));
    mortise::info!(plugin = host.plugin(), least = i64::MIN, share = 0.5, cold = true, "a.b" = 7_u8; "fields");
    state()?;
    files()?;
    tasks()?;
    other()?;
    "4".parse::<u64>()?; // any error will do
    Ok(())
}

fn state() -> Result<(), Error> {
    let state = mortise::state!();
    state.put("small", 7_u64.to_le_bytes())?;
    state.put("large", vec![b'x'; 100_000])?;
    let small = state.get("small").and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
    let large = state.get("large").map_or(0, |bytes| bytes.len());
    mortise::info!("state {small:?} {large} {:?} {:?}", state.keys(), state.get("none"));
    if let Err(error) = state.put("", "x") {
        mortise::warning!("{error}");
    }
    state.remove("large");
    Ok(())
}

fn files() -> Result<(), Error> {
    let files = mortise::files!();
    let rules = files.read_to_string("rules/eu.txt")?;
    files.write("cache/log", format!("{} bytes", rules.len()))?;
    files.append("cache/log", ", appended")?;
    files.create("cache/new", rules)?;
    files.write("cache/gone", "")?;
    files.remove("cache/gone")?;
    let names: Vec<_> = files.list("cache")?.into_iter().map(|file| (file.name, file.bytes)).collect();
    mortise::info!("files {names:?}");
    for failed in
        [files.create("cache/new", ""), files.write("rules/x", ""), files.read("rules/../../x").map(drop)]
    {
        mortise::info!("{}", failed.expect_err("can't be"));
    }
    Ok(())
}

fn tasks() -> Result<(), Error> {
    let tasks = mortise::tasks!();
    let main = thread::current().id();
    tasks.run_main(|| panic!("on the {} thread", "main"))?;
    tasks.run_pool(move || {
        let elsewhere = thread::current().id() != main;
        let back = move || mortise::info!("pool {elsewhere}, back {}", thread::current().id() == main);
        mortise::tasks!().run_main(back).expect("isn't stopping");
    })?;
    let (owned, mut ticks) = (Owned("the timer"), 0);
    let timer = tasks.every(Duration::from_millis(2), move || {
        let owned = &owned;
        ticks += 1;
        if ticks == 3 {
            let cancelled = TIMER.lock().unwrap().take().is_some_and(Task::cancel);
            mortise::info!("{} tick 3, cancelled {cancelled}", owned.0);
        }
    })?;
    *TIMER.lock().unwrap() = Some(timer);
    let owned = Owned("what waits");
    tasks.after(Duration::from_secs(3600), move || drop(owned))?;
    let owned = Owned("what is cancelled");
    let never = tasks.after(Duration::from_secs(3600), move || drop(owned))?;
    mortise::info!("cancelled {}, again {}", never.cancel(), never.cancel());
    Ok(())
}

fn other() -> Result<(), Error> {
    let clock = mortise::clock!();
    let year = clock.wall().duration_since(UNIX_EPOCH)?.as_secs() / (365 * 86_400) + 1970;
    mortise::info!("clock {} {}", year > 2020, clock.monotonic() <= clock.monotonic());

    let mut block = mortise::memory!().copy_of(b"abc").ok_or("no memory")?;
    let grown = block.resize(1 << 20);
    mortise::info!("memory {grown} {:?} {}", &block[..4], mortise::memory!().allocate(1 << 40).is_none());

    let mut services = Vec::new();
    mortise::registry!().each(|service| services.push(service.name().to_owned()));
    mortise::info!("registry {}", services.contains(&"mortise.registry".to_owned()));
    mortise::registry!().subscribe("test.answer", 1, 0, |notice| {
        mortise::info!("{notice:?}");
        if notice.event() == Event::Going {
            panic!("on notice"); // counts as KEEP, which keeps nobody: there is no lease
        }
        Reply::KEEP
    })?;
    let elsewhere =
        thread::spawn(|| mortise::registry!().subscribe("test.answer", 1, 0, |_| Reply::KEEP).map(drop));
    if let Err(error) = elsewhere.join().expect("doesn't panic") {
        mortise::info!("{error}");
    }
    Ok(())
}

#[mortise::route]
fn route(context: &Context) -> Route {
    QUERIES.add(1);
    match context.sql() {
        "panic" => panic!("at {}", context.sql()),
        _ => Route::direct(1),
    }
}

#[mortise::fini]
fn fini() {
    mortise::info!("{:?}", mortise::tasks!().run_main(|| {}).map(drop));
    panic!("at the end");
}
