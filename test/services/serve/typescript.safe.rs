//! What safe code might do wrong with generated modules, and tells in the log what it saw.

#![deny(unsafe_code)]

use mortise::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[rustfmt::skip]
mod test_copy;
#[rustfmt::skip]
mod test_count;
#[rustfmt::skip]
mod test_tree;

use test_copy::{Caller, Provider};

const NAME: &str = "safe";

mortise::plugin!(name = NAME);
mortise::require!(log, 1, 0);
mortise::want!(tasks, 1, 0);
mortise::require!(test_tree::TestTreeV1);
mortise::require!(test_count::TestCountV1);
mortise::provide!(test_copy::Table);

fn tree() -> &'static test_tree::TestTreeV1 {
    test_tree_service.get().expect("it is required")
}

fn count() -> &'static test_count::TestCountV1 {
    test_count_service.get().expect("it is required")
}

#[mortise::init]
fn init(host: &Host) -> mortise::Result {
    match host.config().string("what", "") {
        "reentrant" => reentrant()?,
        "panic" => panics(),
        "errors" => errors(),
        "thread" => thread(),
        "pool" => mortise::tasks!().run_pool(|| mortise::info!("pool {:?}", tree().again())).map(drop)?,
        _ => {}
    }
    Ok(())
}

/// The closure is called again while it reads what the call inside would free.
fn reentrant() -> Result<(), Error> {
    let mut names = vec!["a name that is long enough for the heap".to_owned()];
    let mut calls = 0;
    tree().each(&mut |n| {
        calls += 1;
        if n != 1 {
            return names.clear();
        }
        for name in &names {
            let again = tree().again();
            mortise::info!("still {name}, again {again:?}");
        }
    })?;
    mortise::info!("calls {calls}");
    // And the next call of the same closure is one.
    let mut sum = 0;
    tree().each(&mut |n| sum += n)?;
    mortise::info!("sum {sum}");
    Ok(())
}

fn panics() {
    let mut calls = 0;
    let answer = catch_unwind(AssertUnwindSafe(|| {
        tree().walk(3, &mut |n| {
            calls += 1;
            if n == 1 { panic!("lost at {n}") } else { Ok(()) }
        })
    }));
    let said = answer.expect_err("it goes on").downcast::<String>();
    mortise::info!("panic {said:?} calls {calls}");
    let answer = catch_unwind(AssertUnwindSafe(|| tree().sum(&mut || panic!("in a sum"))));
    mortise::info!("panic {}", answer.is_err());
}

fn errors() {
    // Served by what hands errors on, and by what doesn't care.
    for careless in [false, true] {
        let answer = tree().careful(careless, &mut |n| Err(format!("no {n}").into()));
        mortise::info!("careless {careless}: {answer:?}");
    }
    let answer = tree().count(&mut || Err("why not".into()));
    mortise::info!("count {answer}");
}

fn thread() {
    mortise::info!("main {} {:?} {:?} {}", count().bump(), count().look(), count().is_even(), count().free());
    let elsewhere = std::thread::spawn(|| {
        count().reset();
        let native = format!("{} {:?} {:?}", count().bump(), count().look(), count().is_even());
        _ = (count().bump(), count().free());
        (native, tree().again().is_err())
    });
    let (native, typescript) = elsewhere.join().expect("doesn't panic");
    mortise::info!("elsewhere {native}, again fails {typescript}");
    mortise::info!("main {}", count().bump());
}

struct Copy;

impl Provider for Copy {
    fn shift(_: &Caller<'_>, from: &[u8], to: &mut [u8]) -> i64 {
        to[..from.len()].copy_from_slice(from);
        i64::from(from[0])
    }
    fn both(_: &Caller<'_>, one: &mut [u8], two: &mut [u8]) {
        one.swap_with_slice(two);
    }
    fn visit(_: &Caller<'_>, from: &[u8], to: &mut [u8], visit: &mut dyn FnMut()) -> bool {
        let before = (from.to_vec(), to.to_vec());
        visit();
        let same = (from, &*to) == (&before.0[..], &before.1[..]);
        to.fill(9);
        same
    }
}

static TABLE: test_copy::Table = test_copy::table::<Copy>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_host_every_thread_may_call() {
        let call = || TABLE.shift(&[7], &mut [0; 2]);
        assert_eq!((call(), std::thread::spawn(call).join().unwrap()), (7, 7));
    }
}
