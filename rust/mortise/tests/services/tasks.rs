//! Closures that wait run once or tick, are dropped in any case, and never under their own feet.

use crate::host::*;
use mortise::Task;
use mortise::sys;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub static TABLE: sys::TasksV1 = {
    fn give(task: sys::Task, context: *mut c_void, delay: u64, period: u64) -> u64 {
        heard(|heard| {
            if heard.closed {
                return 0;
            }
            heard.last_number += 1;
            let number = heard.last_number;
            heard.tasks.push(Waiting { number, task, context: context.addr(), delay, period });
            number
        })
    }
    unsafe extern "C" fn run_now(_: *const sys::Host, task: sys::Task, context: *mut c_void) -> u64 {
        give(task, context, 0, 0)
    }
    /// The pool is so fast that the task is over before the plugin has its number.
    unsafe extern "C" fn run_pool(_: *const sys::Host, task: sys::Task, context: *mut c_void) -> u64 {
        let context = AtomicPtr::new(context);
        std::thread::scope(|scope| {
            scope.spawn(|| unsafe { task(context.load(Ordering::Relaxed)) });
        });
        heard(|heard| heard.last_number += 1);
        u64::MAX
    }
    unsafe extern "C" fn start_timer(
        _: *const sys::Host,
        delay: u64,
        period: u64,
        task: sys::Task,
        context: *mut c_void,
    ) -> u64 {
        give(task, context, delay, period)
    }
    unsafe extern "C" fn cancel(_: *const sys::Host, number: u64) -> i32 {
        heard(|heard| {
            let before = heard.tasks.len();
            heard.tasks.retain(|task| task.number != number);
            if heard.tasks.len() < before { sys::OK } else { sys::PASS }
        })
    }
    sys::TasksV1 { size: 40, reserved: 0, run_main: run_now, run_pool, start_timer, cancel }
};

/// Calls what waits, once each; timers go on.
fn turn() {
    let waiting = heard(|heard| {
        let waiting = heard.tasks.clone();
        heard.tasks.retain(|task| task.period > 0);
        waiting
    });
    for Waiting { task, context, .. } in waiting {
        unsafe { task(std::ptr::without_provenance_mut(context)) };
    }
}

#[test]
fn tasks_run_once_in_order_and_then_drop_what_they_own() {
    let _alone = start();
    let order = Arc::new(Mutex::new(Vec::new()));
    let (dropped, owned) = counted();
    for index in 0..3 {
        let order = order.clone();
        mortise::tasks!().run_main(move || order.lock().unwrap().push(index)).unwrap();
    }
    mortise::tasks!().run_main(move || _ = &owned).unwrap();
    assert_eq!(dropped.load(Ordering::Relaxed), 0);
    let late = heard(|heard| heard.tasks[0]);
    turn();
    assert_eq!((&*order.lock().unwrap(), dropped.load(Ordering::Relaxed)), (&vec![0, 1, 2], 1));
    // A host that calls once more than it may calls nothing.
    unsafe { (late.task)(std::ptr::without_provenance_mut(late.context)) };
    assert_eq!(order.lock().unwrap().len(), 3);

    let done = Arc::new(AtomicBool::new(false));
    let (pool, main) = (done.clone(), std::thread::current().id());
    mortise::tasks!()
        .run_pool(move || pool.store(std::thread::current().id() != main, Ordering::Relaxed))
        .unwrap();
    assert!(done.load(Ordering::Relaxed));
}

#[test]
fn a_task_that_is_refused_or_cancelled_is_dropped() {
    let _alone = start();
    let tasks = mortise::tasks!();
    let (dropped, owned) = counted();
    let task = tasks.after(Duration::from_millis(5), move || _ = &owned).unwrap();
    heard(|heard| assert_eq!((heard.tasks[0].delay, heard.tasks[0].period), (5_000_000, 0)));
    let late = heard(|heard| heard.tasks[0]);
    assert!(task.cancel());
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
    assert!(!task.cancel());
    unsafe { (late.task)(std::ptr::without_provenance_mut(late.context)) };

    let (dropped, owned) = counted();
    heard(|heard| heard.closed = true);
    let refused = tasks.run_main(move || _ = &owned).unwrap_err();
    assert_eq!(refused.message(), "the host takes no more tasks of this plugin");
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

#[test]
fn a_timer_ticks_until_it_cancels_itself() {
    static TIMER: Mutex<Option<Task>> = Mutex::new(None);
    let _alone = start();
    let (dropped, owned) = counted();
    let (still, mut ticks) = (dropped.clone(), 0);
    let timer = mortise::tasks!().every(Duration::ZERO, move || {
        ticks += 1;
        mortise::info!("tick {ticks}");
        if ticks == 1 {
            turn(); // a tick inside a tick is left out
        }
        if ticks == 2 {
            assert!(TIMER.lock().unwrap().take().unwrap().cancel());
            // What runs isn't dropped under its own feet.
            assert_eq!(still.load(Ordering::Relaxed), 0);
            _ = &owned;
        }
    });
    *TIMER.lock().unwrap() = Some(timer.unwrap());
    heard(|heard| assert_eq!((heard.tasks[0].delay, heard.tasks[0].period), (1, 1)));
    turn();
    turn();
    turn();
    assert_eq!(lines(), ["1 tick 1", "1 tick 2"]);
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

#[test]
fn a_panic_in_a_task_is_logged_and_a_timer_goes_on() {
    let _alone = start();
    let mut ticks = 0;
    mortise::tasks!().run_main(|| panic!("on {}", "main")).unwrap();
    let timer = mortise::tasks!().every(Duration::from_secs(1), move || {
        ticks += 1;
        panic!("tick {ticks}");
    });
    turn();
    turn();
    assert_eq!(
        lines(),
        ["3 a task panicked: on main", "3 a task panicked: tick 1", "3 a task panicked: tick 2"]
    );
    heard(|heard| assert_eq!(heard.leases, 0, "the log is given back"));
    assert!(timer.unwrap().cancel());
}
