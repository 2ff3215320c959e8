use crate::bound::{Bound, handle};
use crate::error::Error;
use crate::kept::Kept;
use crate::panics::{self, drop_quietly};
use crate::sys;
use core::ffi::c_void;
use core::fmt;
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};

handle! {
    /// The service `mortise.tasks`, from [`tasks!`](crate::tasks!): closures that run later, on the main
    /// thread, on a thread of the host's pool, or when time has passed. Any thread may give them.
    ///
    /// A plugin may have 65,536 of them at a time. When it stops, the host takes no more, drops those that
    /// haven't begun, and waits for those that run on the pool: none runs beside fini or after it. A task on
    /// the pool must therefore end, and must not wait for one on the main thread.
    ///
    /// A panic stays in its closure and goes to the host's log; a timer ticks on. What a closure owns is
    /// dropped after it has run, when it's cancelled, and, before the plugin's [`fini`](macro@crate::fini),
    /// when the plugin stops. A plugin without a fini isn't told of its end, and what waits then is never
    /// dropped.
    Tasks: TasksV1, "mortise.tasks"
}

/// The service `mortise.tasks` as [`Tasks`], on any thread. Needs `mortise::require!(tasks, 1, 0);` or
/// `mortise::want!(tasks, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// use mortise::prelude::*;
/// use std::time::Duration;
///
/// mortise::plugin!();
/// mortise::require!(log, 1, 0);
/// mortise::require!(tasks, 1, 0);
///
/// #[mortise::init]
/// fn init() -> Result<(), Error> {
///     let mut ticks = 0;
///     mortise::tasks!().every(Duration::from_secs(10), move || {
///         ticks += 1;
///         mortise::debug!("tick {ticks}");
///     })?;
///     mortise::tasks!().run_pool(|| {
///         // … what takes long …
///         _ = mortise::tasks!().run_main(|| mortise::info!("done"));
///     })?;
///     Ok(())
/// }
/// # fn main() { assert_eq!(init().unwrap_err().message(), "there is no mortise.tasks here") }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! tasks {
    () => {
        $crate::Tasks::of(&crate::module_host, &crate::mortise_tasks_service)
    };
}

/// What waits for the host to call it, or ticks.
static TASKS: Kept<Given> = Kept::new();

struct Given {
    service: Bound<sys::TasksV1>,
    closure: Closure,
}

enum Closure {
    Once(Box<dyn FnOnce() + Send>),
    Ticks(Box<dyn FnMut() + Send>),
}

/// For when the host has dropped them.
pub(crate) fn remove_all() -> Vec<impl Sized> {
    TASKS.remove_all()
}

impl Tasks {
    /// Runs the closure once on the main thread, when the host's event loop comes round; closures run in the
    /// order in which they were given.
    ///
    /// # Errors
    /// When the plugin stops or has too many tasks, when the system has no thread for it, and when the service
    /// isn't there. The closure is dropped.
    pub fn run_main(self, closure: impl FnOnce() + Send + 'static) -> Result<Task, Error> {
        self.start(Closure::Once(Box::new(closure)), |Bound { host, table }, context| {
            // SAFETY: any thread may ask; `run` and `tick` take any context.
            unsafe { (table.run_main)(host, run, context) }
        })
    }

    /// Runs the closure once on a thread of the host's pool, beside others.
    ///
    /// # Errors
    /// As for [`run_main`](Self::run_main).
    pub fn run_pool(self, closure: impl FnOnce() + Send + 'static) -> Result<Task, Error> {
        self.start(Closure::Once(Box::new(closure)), |Bound { host, table }, context| {
            // SAFETY: as in run_main.
            unsafe { (table.run_pool)(host, run, context) }
        })
    }

    /// Runs the closure once on the main thread when that much time has passed. It doesn't keep the process
    /// alive.
    ///
    /// # Errors
    /// As for [`run_main`](Self::run_main).
    pub fn after(self, delay: Duration, closure: impl FnOnce() + Send + 'static) -> Result<Task, Error> {
        self.start(Closure::Once(Box::new(closure)), |Bound { host, table }, context| {
            // SAFETY: as in run_main.
            unsafe { (table.start_timer)(host, nanoseconds(delay), 0, run, context) }
        })
    }

    /// Runs the closure on the main thread when each period has passed, until it's cancelled or the plugin
    /// stops. A period of less than a millisecond counts as one. While the main thread is busy, the ticks
    /// that it misses become one. It doesn't keep the process alive.
    ///
    /// # Errors
    /// As for [`run_main`](Self::run_main).
    pub fn every(self, period: Duration, closure: impl FnMut() + Send + 'static) -> Result<Task, Error> {
        self.start(Closure::Ticks(Box::new(closure)), |Bound { host, table }, context| {
            let period = nanoseconds(period).max(1); // 0 would be once
            // SAFETY: as in run_main.
            unsafe { (table.start_timer)(host, period, period, tick, context) }
        })
    }

    fn start(
        self,
        closure: Closure,
        start: impl FnOnce(Bound<sys::TasksV1>, *mut c_void) -> u64,
    ) -> Result<Task, Error> {
        let service = self.bound()?;
        let key = TASKS.insert(Given { service, closure });
        match start(service, core::ptr::without_provenance_mut(key)) {
            0 => {
                drop(TASKS.remove(key));
                Err(Error::of("the host takes no more tasks of this plugin"))
            }
            number => Ok(Task { service, number, key }),
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What the host calls for a closure that runs once; `context` is a key, not found when it was cancelled.
unsafe extern "C" fn run(context: *mut c_void) {
    if let Some(Given { service, closure: Closure::Once(once) }) = TASKS.remove(context.addr()) {
        guard(service, once);
    }
}

/// What the host calls for a timer; not found when it was cancelled, or when this is a tick inside a tick.
unsafe extern "C" fn tick(context: *mut c_void) {
    let key = context.addr();
    if let Some(Given { service, closure: Closure::Ticks(mut tick) }) = TASKS.borrow(key) {
        guard(service, &mut tick);
        let cancelled = TASKS.give_back(key, Given { service, closure: Closure::Ticks(tick) });
        drop_quietly(cancelled);
    }
}

fn guard(service: Bound<sys::TasksV1>, closure: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(closure)) {
        // SAFETY: the host table is there while the host calls.
        unsafe { panics::report(service.host, "a task", panic) };
    }
}

/// A closure that waits, or a timer, from [`Tasks`]. Dropping it changes nothing; it may be copied, and used
/// on any thread until fini returns.
#[derive(Clone, Copy)]
pub struct Task {
    service: Bound<sys::TasksV1>,
    number: u64,
    key: usize,
}

impl Task {
    /// `true` when the closure won't begin any more; `false` when it runs on another thread or is over. Waits
    /// for nothing: a tick that has begun comes to its end. A timer may cancel itself.
    ///
    /// ```standalone_crate
    /// use mortise::{Task, prelude::*};
    /// use std::sync::Mutex;
    /// use std::time::Duration;
    ///
    /// # mortise::plugin!();
    /// # mortise::require!(tasks, 1, 0);
    /// static TIMER: Mutex<Option<Task>> = Mutex::new(None);
    ///
    /// fn start() -> Result<(), Error> {
    ///     let timer = mortise::tasks!().every(Duration::from_secs(1), || { /* … */ })?;
    ///     *TIMER.lock().unwrap() = Some(timer);
    ///     Ok(())
    /// }
    ///
    /// fn stop() -> bool {
    ///     TIMER.lock().unwrap().take().is_some_and(|timer| timer.cancel())
    /// }
    /// # fn main() { assert!(start().is_err() && !stop()) }
    /// ```
    pub fn cancel(self) -> bool {
        let Bound { host, table } = self.service;
        // SAFETY: any thread may ask.
        let cancelled = unsafe { (table.cancel)(host, self.number) } == sys::OK;
        if cancelled {
            drop(TASKS.remove(self.key));
        }
        cancelled
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Task({})", self.number)
    }
}
