//! Reads values on intervals, and writes them somewhere: the service `mortise.collect`, from
//! [`collect!`](crate::collect!).
//!
//! ```standalone_crate
//! use mortise::collect::Callbacks;
//! use mortise::prelude::*;
//! use std::time::Duration;
//!
//! mortise::plugin!();
//! mortise::require!(collect, 1, 0);
//!
//! /// What a plugin keeps from one read to the next.
//! struct Uptime {
//!     reads: u64,
//! }
//!
//! impl Uptime {
//!     fn read(&mut self) -> mortise::Result {
//!         self.reads += 1;
//!         let text = std::fs::read_to_string("/proc/uptime")?;
//!         let seconds: f64 = text.split(' ').next().unwrap_or_default().parse()?;
//!         mortise::collect!().gauge("uptime", "", seconds)?;
//!         Ok(())
//!     }
//! }
//!
//! #[mortise::register]
//! fn register() -> Result<(), Error> {
//!     let reader = Callbacks::with(Uptime { reads: 0 }).every(Duration::from_secs(10)).read(Uptime::read);
//!     mortise::collect!().register(reader)?;
//!     Ok(())
//! }
//! # fn main() { assert_eq!(register().unwrap_err().message(), "there is no mortise.collect here") }
//! ```
//!
//! The host runs the closures on threads of its own. Readers run from when all plugins have started. Each writer has a
//! queue and a thread of its own, so that one that is slow or stuck costs the others nothing; what its queue can't hold
//! is dropped, the oldest first, and counted. When the plugin stops, its readers end, what waits for its writers is
//! written, its flush and its shutdown run, what it registered is dropped, and then its fini runs. When its init fails,
//! nothing of it is called any more.
//!
//! A closure that fails says why with an error, which goes to the host's log when it isn't the one from before; a panic
//! does, too, and counts as a failure.

mod callbacks;
mod identity;
pub(crate) mod recorded;
mod report;
mod sample;
mod set;
mod time;

use crate::bound::handle;
use crate::error::Error;
use crate::sys;
use core::time::Duration;

pub(crate) use callbacks::remove_all;
pub use callbacks::{Callbacks, Registered};
pub use identity::Identity;
pub use report::{Level, Notification, Report};
pub use sample::{Sample, Samples, Series};
pub use set::{DataSet, Kind, Source, Value};

handle! {
    /// The service `mortise.collect`, from [`collect!`](crate::collect!). Any thread.
    Collect: CollectV1, "mortise.collect"
}

/// The service `mortise.collect` as [`Collect`](crate::collect::Collect), on any thread. Needs
/// `mortise::require!(collect, 1, 0);` or `mortise::want!(collect, 1, 0);` in the crate's root.
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! collect {
    () => {
        $crate::collect::Collect::of(&crate::module_host, &crate::mortise_collect_service)
    };
}

impl Collect {
    /// Registers closures: all of them, or none. They stay until the plugin stops, or the answer's
    /// [`remove`](Registered::remove); dropping that changes nothing.
    ///
    /// # Errors
    /// The host's message, when a name isn't one or is taken, or the plugin has too many or stops; inside register and
    /// init that also fails the plugin. And when the service isn't there.
    pub fn register<S: Send + 'static>(self, callbacks: Callbacks<S>) -> Result<Registered, Error> {
        callbacks.give_to(self.bound()?)
    }

    /// Removes the readers of this plugin that are of a group: whether there were any. Not from inside one of them.
    pub fn remove_group(self, group: &str) -> bool {
        // SAFETY: the host only reads the name.
        self.0.is_some_and(|it| unsafe { (it.table.remove_group)(it.host, sys::Text::of(group)) } == sys::OK)
    }

    /// Hands over the values of one series. Waits for nothing.
    ///
    /// # Errors
    /// For a type that there is no data set of, another count of values than it has, a time that isn't later than the
    /// last one's, names that are too long, and when the plugin stops; the host tells its operator which it was. And
    /// when the service isn't there.
    pub fn dispatch(self, report: &Report) -> Result<(), Error> {
        let Some(it) = self.0 else {
            return if recorded::record(report) { Ok(()) } else { self.bound().map(drop) };
        };
        // SAFETY: the host copies what the report holds.
        let status = report.as_sys(|report| unsafe { (it.table.dispatch)(it.host, report) });
        if status == sys::OK {
            Ok(())
        } else {
            Err(Error::of("the host took no such values; see its problems"))
        }
    }

    /// The same for one gauge of this plugin, now. `type_instance` may be empty.
    ///
    /// # Errors
    /// As for [`dispatch`](Self::dispatch).
    pub fn gauge(self, type_: &str, type_instance: &str, value: f64) -> Result<(), Error> {
        self.dispatch(&Report::new(type_).type_instance(type_instance).value(Value::Gauge(value)))
    }

    /// Tells those who listen for notifications, before it returns.
    ///
    /// # Errors
    /// For names that are too long and when the plugin stops; the host tells its operator. And when the service isn't
    /// there.
    pub fn notify(self, notification: &Notification) -> Result<(), Error> {
        let it = self.bound()?;
        // SAFETY: the host copies what the notification holds.
        let status = notification.as_sys(|notification| unsafe { (it.table.notify)(it.host, notification) });
        if status == sys::OK {
            Ok(())
        } else {
            Err(Error::of("the host took no such notification; see its problems"))
        }
    }

    /// Adds a data set, which goes when the plugin stops. One that is there already and the same is not a failure.
    ///
    /// # Errors
    /// The host's message, for a name that isn't one, no sources or more than 256, and when there is another of that
    /// type. And when the service isn't there.
    pub fn add_set(self, type_: &str, sources: &[Source]) -> Result<(), Error> {
        let it = self.bound()?;
        let sources: Vec<_> = sources.iter().map(Source::as_sys).collect();
        let set = sys::CollectSet {
            size: size_of::<sys::CollectSet>() as u32,
            count: u32::try_from(sources.len()).unwrap_or(u32::MAX),
            type_: sys::Text::of(type_),
            sources: sources.as_ptr(),
        };
        // SAFETY: the host copies the set.
        Error::check(|error| unsafe { (it.table.add_set)(it.host, &set, error) })
    }

    /// The data set of a type; `None` when there is none, or the service isn't there. Don't keep the reference beyond
    /// fini.
    #[must_use]
    pub fn find_set(self, type_: &str) -> Option<&'static DataSet> {
        let it = self.0?;
        // SAFETY: the host only reads the name, and its answer is valid as long as the plugin runs.
        unsafe { (it.table.find_set)(it.host, sys::Text::of(type_)).cast::<DataSet>().as_ref() }
    }

    /// Inside a read: how often that reader is asked for. Elsewhere the host's interval. `None` when the service isn't
    /// there.
    #[must_use]
    pub fn interval(self) -> Option<Duration> {
        // SAFETY: any thread may ask.
        self.0.map(|it| Duration::from_nanos(unsafe { (it.table.interval)(it.host) }))
    }
}
