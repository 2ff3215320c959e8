use super::report::Notification;
use super::sample::{Samples, Series};
use super::time::{nanoseconds, time_at};
use crate::bound::Bound;
use crate::error::{Error, Result};
use crate::kept::Kept;
use crate::log::Severity;
use crate::panics::{self, drop_quietly};
use crate::sys;
use core::ffi::c_void;
use core::fmt;
use core::time::Duration;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

type Read<S> = Box<dyn FnMut(&mut S) -> Result + Send>;
type Write<S> = Box<dyn FnMut(&mut S, Samples<'_>) -> Result + Send>;
type Flush<S> = Box<dyn FnMut(&mut S, Duration, &str) -> Result + Send>;
type Log = Box<dyn Fn(Severity, &str) + Send + Sync>;
type Notified = Box<dyn Fn(&Notification) -> Result + Send + Sync>;
type Missing = Box<dyn Fn(&Series, SystemTime) -> Result + Send + Sync>;

/// What runs with the state: one at a time.
struct Locked<S> {
    state: S,
    read: Option<Read<S>>,
    write: Option<Write<S>>,
    flush: Option<Flush<S>>,
    shutdown: Option<Read<S>>,
}

/// Closures that belong together, and the state that they share, for [`Collect::register`](super::Collect::register).
///
/// [`read`](Self::read), [`write`](Self::write), [`flush`](Self::flush) and [`shutdown`](Self::shutdown) have the state
/// to themselves: one waits for the other. The rest may be called on several threads at once, and have no part in it.
/// The state is dropped when the host calls none of them any more.
///
/// ```standalone_crate
/// use mortise::collect::{Callbacks, Samples};
/// use mortise::prelude::*;
/// use std::{fs::File, io::Write, time::Duration};
///
/// mortise::plugin!();
/// mortise::require!(collect, 1, 0);
///
/// struct Writer(std::io::BufWriter<File>);
///
/// impl Writer {
///     fn write(&mut self, samples: Samples) -> mortise::Result {
///         for sample in samples {
///             writeln!(self.0, "{} {:?}", sample.series().text(), sample.rates())?;
///         }
///         Ok(())
///     }
///     fn flush(&mut self, _older_than: Duration, _identifier: &str) -> mortise::Result {
///         Ok(self.0.flush()?)
///     }
/// }
///
/// #[mortise::init]
/// fn init(host: &Host) -> mortise::Result {
///     let file = File::create(host.config().string("path", "values.txt"))?;
///     let writer = Callbacks::with(Writer(std::io::BufWriter::new(file))).write(Writer::write).flush(Writer::flush);
///     mortise::collect!().register(writer)?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[must_use]
pub struct Callbacks<S = ()> {
    name: String,
    group: String,
    interval: u64,
    locked: Locked<S>,
    log: Option<Log>,
    notified: Option<Notified>,
    missing: Option<Missing>,
}

impl Callbacks {
    /// Without a state.
    pub fn new() -> Self {
        Self::with(())
    }
}

impl Default for Callbacks {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Send + 'static> Callbacks<S> {
    /// With a state that they share.
    pub fn with(state: S) -> Self {
        Self {
            name: String::new(),
            group: String::new(),
            interval: 0,
            locked: Locked { state, read: None, write: None, flush: None, shutdown: None },
            log: None,
            notified: None,
            missing: None,
        }
    }

    /// Calls them `PLUGIN/name`, to have several; else they are called as the plugin is. At most 63 bytes of printable
    /// ASCII.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Of readers, for [`Collect::remove_group`](super::Collect::remove_group).
    pub fn group(mut self, group: &str) -> Self {
        group.clone_into(&mut self.group);
        self
    }

    /// How long from one read to the next, at least a millisecond; the host's interval, unless said.
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = nanoseconds(interval);
        self
    }

    /// Reads, and dispatches what it read. After a failure the host waits twice as long as before, at most a day;
    /// success makes it the interval again.
    pub fn read(mut self, read: impl FnMut(&mut S) -> Result + Send + 'static) -> Self {
        self.locked.read = Some(Box::new(read));
        self
    }

    /// Writes samples, oldest first, on a thread of its own, where it may wait. After a failure they count as failed,
    /// and don't come again.
    pub fn write(mut self, write: impl FnMut(&mut S, Samples<'_>) -> Result + Send + 'static) -> Self {
        self.locked.write = Some(Box::new(write));
        self
    }

    /// Writes out what has been held back for at least that long; all, when that is nothing. The text is that of a
    /// series, or empty: every series.
    pub fn flush(mut self, flush: impl FnMut(&mut S, Duration, &str) -> Result + Send + 'static) -> Self {
        self.locked.flush = Some(Box::new(flush));
        self
    }

    /// The last one: the host or the plugin stops, and all is written and flushed.
    pub fn shutdown(mut self, shutdown: impl FnMut(&mut S) -> Result + Send + 'static) -> Self {
        self.locked.shutdown = Some(Box::new(shutdown));
        self
    }

    /// A line that a plugin of this host logs, on the thread that logs: must not wait. What it logs itself isn't heard.
    pub fn log(mut self, log: impl Fn(Severity, &str) + Send + Sync + 'static) -> Self {
        self.log = Some(Box::new(log));
        self
    }

    /// A notification, on the thread that sends it: must not wait.
    pub fn notified(mut self, notified: impl Fn(&Notification) -> Result + Send + Sync + 'static) -> Self {
        self.notified = Some(Box::new(notified));
        self
    }

    /// A series had nothing dispatched for longer than it should, last at that time.
    pub fn missing(
        mut self,
        missing: impl Fn(&Series, SystemTime) -> Result + Send + Sync + 'static,
    ) -> Self {
        self.missing = Some(Box::new(missing));
        self
    }

    pub(super) fn give_to(self, service: Bound<sys::CollectV1>) -> core::result::Result<Registered, Error> {
        let (name, group) = (self.name.clone(), self.group.clone());
        let locked = &self.locked;
        let mut callbacks = sys::CollectCallbacks {
            size: size_of::<sys::CollectCallbacks>() as u32,
            reserved: 0,
            name: sys::Text::of(&name),
            context: core::ptr::null_mut(),
            release: Some(release),
            read: locked.read.is_some().then_some(read),
            interval: self.interval,
            group: sys::Text::of(&group),
            write: locked.write.is_some().then_some(write),
            flush: locked.flush.is_some().then_some(flush),
            log: self.log.is_some().then_some(log),
            notified: self.notified.is_some().then_some(notified),
            missing: self.missing.is_some().then_some(missing),
            shutdown: locked.shutdown.is_some().then_some(shutdown),
        };
        let bit = |is_there: bool, bit: u32| if is_there { bit } else { 0 };
        let which = bit(callbacks.read.is_some(), sys::COLLECT_READ)
            | bit(callbacks.write.is_some(), sys::COLLECT_WRITE)
            | bit(callbacks.flush.is_some(), sys::COLLECT_FLUSH)
            | bit(callbacks.log.is_some(), sys::COLLECT_LOG)
            | bit(callbacks.notified.is_some(), sys::COLLECT_NOTIFIED)
            | bit(callbacks.missing.is_some(), sys::COLLECT_MISSING)
            | bit(callbacks.shutdown.is_some(), sys::COLLECT_SHUTDOWN);
        let key = HELD.insert(Held {
            service,
            which,
            name: self.name.into(),
            said: Arc::default(),
            closures: Arc::new(Own {
                locked: Mutex::new(self.locked),
                log: self.log,
                notified: self.notified,
                missing: self.missing,
            }),
        });
        callbacks.context = core::ptr::without_provenance_mut(key);
        let Bound { host, table } = service;
        // SAFETY: the host copies the callbacks, which take any context.
        let added = Error::check(|error| unsafe { (table.add)(host, &callbacks, error) });
        if added.is_err() {
            drop(HELD.remove(key));
        }
        added.map(|()| Registered { key })
    }
}

impl<S> fmt::Debug for Callbacks<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Callbacks({:?})", self.name)
    }
}

/// What the host calls. Copied for each call, so that nobody drops it meanwhile.
static HELD: Kept<Held> = Kept::new();

#[derive(Clone)]
struct Held {
    service: Bound<sys::CollectV1>,
    which: u32,
    name: Arc<str>,
    said: Arc<Mutex<String>>, // the failure from before
    closures: Arc<dyn Closures>,
}

trait Closures: Send + Sync {
    fn read(&self) -> Result;
    fn write(&self, samples: Samples) -> Result;
    fn flush(&self, age: Duration, identifier: &str) -> Result;
    fn shutdown(&self) -> Result;
    fn log(&self, severity: Severity, line: &str);
    fn notified(&self, notification: &Notification) -> Result;
    fn missing(&self, series: &Series, last_seen: SystemTime) -> Result;
}

struct Own<S> {
    locked: Mutex<Locked<S>>,
    log: Option<Log>,
    notified: Option<Notified>,
    missing: Option<Missing>,
}

impl<S> Own<S> {
    /// After a panic the state is as that left it.
    fn with(&self, call: impl FnOnce(&mut Locked<S>) -> Result) -> Result {
        call(&mut self.locked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Send> Closures for Own<S> {
    fn read(&self) -> Result {
        self.with(|it| it.read.as_mut().map_or(Ok(()), |read| read(&mut it.state)))
    }
    fn write(&self, samples: Samples) -> Result {
        self.with(|it| it.write.as_mut().map_or(Ok(()), |write| write(&mut it.state, samples)))
    }
    fn flush(&self, age: Duration, identifier: &str) -> Result {
        self.with(|it| it.flush.as_mut().map_or(Ok(()), |flush| flush(&mut it.state, age, identifier)))
    }
    fn shutdown(&self) -> Result {
        self.with(|it| it.shutdown.as_mut().map_or(Ok(()), |shutdown| shutdown(&mut it.state)))
    }
    fn log(&self, severity: Severity, line: &str) {
        if let Some(log) = &self.log {
            log(severity, line);
        }
    }
    fn notified(&self, notification: &Notification) -> Result {
        self.notified.as_ref().map_or(Ok(()), |notified| notified(notification))
    }
    fn missing(&self, series: &Series, last_seen: SystemTime) -> Result {
        self.missing.as_ref().map_or(Ok(()), |missing| missing(series, last_seen))
    }
}

/// For when the host has dropped them.
pub(crate) fn remove_all() -> Vec<impl Sized> {
    HELD.remove_all()
}

/// A callback that this thread is in.
struct Inside {
    key: usize,
    remove: bool, // once it has ended
}

thread_local! {
    static INSIDE: RefCell<Vec<Inside>> = const { RefCell::new(Vec::new()) };
}

fn is_inside(key: usize) -> bool {
    INSIDE.with_borrow(|inside| inside.iter().any(|one| one.key == key))
}

/// Calls a closure for the host; `context` is a key, not found when it was released.
fn call(context: *mut c_void, what: &str, call: impl FnOnce(&dyn Closures) -> Result) -> i32 {
    let key = context.addr();
    let Some(held) = HELD.copy(key) else { return sys::ERROR };
    INSIDE.with_borrow_mut(|inside| inside.push(Inside { key, remove: false }));
    let result = catch_unwind(AssertUnwindSafe(|| call(&*held.closures)));
    let left = INSIDE.with_borrow_mut(Vec::pop);
    let host = held.service.host;
    let status = match result {
        Ok(Ok(())) => {
            held.said.lock().unwrap_or_else(PoisonError::into_inner).clear();
            sys::OK
        }
        Ok(Err(failure)) => {
            let mut said = held.said.lock().unwrap_or_else(PoisonError::into_inner);
            if *said != failure.message() {
                failure.message().clone_into(&mut said);
                let name = if held.name.is_empty() { String::new() } else { format!(" of {}", held.name) };
                // SAFETY: the host table is there while the host calls.
                unsafe { panics::log(host, &format!("{what}{name} failed: {}", failure.message())) };
            }
            sys::ERROR
        }
        Err(panic) => {
            // SAFETY: the host table is there while the host calls.
            unsafe { panics::report(host, what, panic) };
            sys::ERROR
        }
    };
    if left.is_some_and(|left| left.remove && !is_inside(key)) {
        held.remove();
    }
    drop_quietly(held);
    status
}

impl Held {
    fn remove(&self) -> bool {
        let Bound { host, table } = self.service;
        // SAFETY: any thread may ask, also inside the callback; the host only reads the name.
        unsafe { (table.remove)(host, sys::Text::of(&self.name), self.which) == sys::OK }
    }
}

/// # Safety
/// The host's text must live for `'a`.
unsafe fn text<'a>(text: sys::Text) -> std::borrow::Cow<'a, str> {
    // SAFETY: the caller's promise.
    String::from_utf8_lossy(unsafe { text.bytes() })
}

unsafe extern "C" fn read(context: *mut c_void) -> i32 {
    call(context, "a read", |closures| closures.read())
}

unsafe extern "C" fn write(
    context: *mut c_void,
    samples: *const *const sys::CollectSample,
    count: u64,
) -> i32 {
    // SAFETY: the host's samples live for this call.
    let samples = unsafe { Samples::of(samples, count) };
    call(context, "a write", |closures| closures.write(samples))
}

unsafe extern "C" fn flush(context: *mut c_void, age: u64, identifier: sys::Text) -> i32 {
    // SAFETY: the host's text lives for this call.
    let identifier = unsafe { text(identifier) };
    call(context, "a flush", |closures| closures.flush(Duration::from_nanos(age), &identifier))
}

unsafe extern "C" fn shutdown(context: *mut c_void) -> i32 {
    call(context, "a shutdown", |closures| closures.shutdown())
}

unsafe extern "C" fn log(context: *mut c_void, severity: i32, line: sys::Text) {
    // A line about a line would never end.
    if is_inside(context.addr()) {
        return;
    }
    // SAFETY: the host's text lives for this call.
    let line = unsafe { text(line) };
    call(context, "a log", |closures| {
        closures.log(Severity::of(severity), &line);
        Ok(())
    });
}

unsafe extern "C" fn notified(context: *mut c_void, notification: *const sys::CollectNotification) -> i32 {
    // SAFETY: the host's notification lives for this call.
    let notification = unsafe { Notification::of(&*notification) };
    call(context, "a notification", |closures| closures.notified(&notification))
}

unsafe extern "C" fn missing(context: *mut c_void, series: *const sys::CollectSeries, last_seen: u64) -> i32 {
    // SAFETY: the host's series lives for this call.
    let series = unsafe { Series::of(series) };
    call(context, "a missing value", |closures| closures.missing(series, time_at(last_seen)))
}

unsafe extern "C" fn release(context: *mut c_void) {
    drop_quietly(HELD.remove(context.addr()));
}

/// Closures that the host calls, from [`Collect::register`](super::Collect::register). Dropping it changes nothing; it may be
/// copied, and used on any thread until fini returns.
#[derive(Clone, Copy)]
pub struct Registered {
    key: usize,
}

impl Registered {
    /// Ends them: whether they were still there. When it returns none of them runs any more, and what they owned is
    /// dropped. Called from inside one of them, they end when that one does.
    ///
    /// Don't hold a lock that one of them takes: this waits for it.
    pub fn remove(self) -> bool {
        let Some(held) = HELD.copy(self.key) else { return false };
        let is_own = INSIDE.with_borrow_mut(|inside| {
            let own = inside.iter_mut().find(|one| one.key == self.key);
            own.map(|own| own.remove = true).is_some()
        });
        is_own || held.remove()
    }
}

impl fmt::Debug for Registered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Registered({})", self.key)
    }
}
