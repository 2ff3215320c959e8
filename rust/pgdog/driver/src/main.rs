//! Calls a plugin through a bridge as a host does.
//!
//! `driver threads BRIDGE PLUGIN THREADS CALLS` asks the tenant plugin on many threads at once, about more statements
//! than are kept, and prints how many answers were wrong. `driver cost BRIDGE PLUGIN` prints, as JSON, the nanoseconds
//! of one call of the plugin itself, and of the same through the bridge.
mod cost;
mod host;
mod threads;

use host::Loaded;
use std::env::args;

fn main() {
    let given: Vec<String> = args().skip(1).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    match given[..] {
        ["threads", bridge, plugin, threads, calls] => {
            let loaded = Loaded::open(bridge, plugin);
            let (threads, calls) = (threads.parse().expect("a number"), calls.parse().expect("a number"));
            println!("{}", threads::run(&loaded, threads, calls));
        }
        ["cost", bridge, plugin] => println!("{}", cost::run(&Loaded::open(bridge, plugin))),
        _ => panic!("driver threads BRIDGE PLUGIN THREADS CALLS, or driver cost BRIDGE PLUGIN"),
    }
}
