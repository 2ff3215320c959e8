//! Parameters: what to answer, "direct 3", "all", "unknown", "blocked", and after a space "read" or "write"; or
//! "panic", "print", "count", "deparse", "nulls", "bytes". With PGDOG_ANSWERS_NO_START in the environment it panics
//! when it starts.
use pgdog_plugin::macros;
use pgdog_plugin::prelude::*;
use std::sync::Mutex;

macros::plugin!();

/// How often it was asked: state behind a lock, as plugins have it.
static ASKED: Mutex<usize> = Mutex::new(0);

#[init]
fn init() {
    if std::env::var_os("PGDOG_ANSWERS_NO_START").is_some() {
        panic!("no start, as asked");
    }
}

#[route]
fn route(context: Context) -> Route {
    *ASKED.lock().unwrap() += 1;
    let parameters = context.parameters();
    let Some(ParameterValue::Text(wish)) =
        parameters.first().and_then(|first| first.decode(parameters.parameter_format(0)))
    else {
        return Route::unknown();
    };
    let mut words = wish.split(' ');
    let shard = match words.next() {
        Some("direct") => Shard::Direct(words.next().unwrap().parse().unwrap()),
        Some("all") => Shard::All,
        Some("blocked") => Shard::Blocked,
        Some("panic") => panic!("as asked"),
        Some("print") => {
            println!("printed by a plugin");
            Shard::Unknown
        }
        Some("count") => Shard::Direct(*ASKED.lock().unwrap()),
        // The text that the tree stands for, made from a copy of it.
        Some("deparse") => {
            let copy = context.statement().protobuf().clone();
            Shard::Direct(copy.deparse().unwrap().len())
        }
        Some("nulls") => Shard::Direct(parameters.iter().filter(|parameter| parameter.null()).count()),
        Some("bytes") => Shard::Direct(parameters.iter().map(|parameter| parameter.data.len()).sum()),
        // 1: in a transaction, which the plugin's API doesn't show; 2: write override; 4: replicas; 8: primary.
        Some("flags") => Shard::Direct(
            usize::from(context.write_override()) * 2
                + usize::from(context.has_replicas()) * 4
                + usize::from(context.has_primary()) * 8,
        ),
        _ => Shard::Unknown,
    };
    let read_write = match words.next_back() {
        Some("read") => ReadWrite::Read,
        Some("write") => ReadWrite::Write,
        _ => ReadWrite::Unknown,
    };
    Route::new(shard, read_write)
}
