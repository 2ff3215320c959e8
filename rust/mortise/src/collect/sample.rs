use super::identity::Identity;
use super::set::{DataSet, Value};
use super::time::time_at;
use crate::config::{Table, slice};
use crate::sys;
use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::time::SystemTime;

/// Between 1 and 1,024 samples, oldest first; they live for the call that hands them over.
#[derive(Clone, Copy)]
pub struct Samples<'a>(&'a [&'a Sample]);

impl<'a> Samples<'a> {
    /// # Safety
    /// `samples` must point at `count` samples of the host's, which live for `'a`.
    pub(crate) unsafe fn of(samples: *const *const sys::CollectSample, count: u64) -> Self {
        // SAFETY: the caller's promise; Sample is transparent.
        Self(unsafe { slice(samples.cast(), count as usize) })
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none, which never happens.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for Samples<'a> {
    type Item = &'a Sample;
    type IntoIter = core::iter::Copied<core::slice::Iter<'a, &'a Sample>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().copied()
    }
}

impl fmt::Debug for Samples<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0).finish()
    }
}

/// The values of one series at one time.
#[repr(transparent)]
pub struct Sample(sys::CollectSample);

impl Sample {
    /// Whose they are.
    #[must_use]
    pub fn series(&self) -> &Series {
        // SAFETY: the host's series lives as long as its sample; Series is transparent.
        unsafe { &*self.0.series.cast() }
    }

    /// How many values there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.count as usize
    }

    /// The values, as the series' data set has sources.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Value> + use<'_> {
        // SAFETY: the host has as many as it says.
        let values = unsafe { slice(self.0.values, self.count()) };
        let kinds = self.series().set().sources();
        values.iter().zip(kinds).map(|(value, source)| Value::of(source.kind(), *value))
    }

    /// For each value how much it grew in a second, or a gauge itself; NaN where there is none yet.
    #[must_use]
    pub fn rates(&self) -> &[f64] {
        // SAFETY: the host has as many as it says.
        unsafe { slice(self.0.rates, self.count()) }
    }

    /// When they were read.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        time_at(self.0.time)
    }

    /// How often they come.
    #[must_use]
    pub const fn interval(&self) -> Duration {
        Duration::from_nanos(self.0.interval)
    }

    /// The facts that the reader put beside them.
    #[must_use]
    pub fn metadata(&self) -> Table<'_> {
        // SAFETY: the host has as many as it says.
        unsafe { Table::of(self.0.metadata, self.0.metadata_count as usize) }
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sample({}", self.series().text())?;
        self.values().try_for_each(|value| write!(formatter, " {value}"))?;
        formatter.write_str(")")
    }
}

/// A series that was dispatched at least once; lives for the call that hands it over.
#[repr(transparent)]
pub struct Series(sys::CollectSeries);

impl Series {
    /// # Safety
    /// `series` must point at a series of the host's, which lives for `'a`.
    pub(super) unsafe fn of<'a>(series: *const sys::CollectSeries) -> &'a Self {
        // SAFETY: the caller's promise; Self is transparent.
        unsafe { &*series.cast() }
    }

    /// Never another's in this host: a key for what a writer keeps.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.0.number
    }

    /// `host/plugin-instance/type-instance`.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        // SAFETY: the host's text lives as long as its series.
        String::from_utf8_lossy(unsafe { self.0.text.bytes() })
    }

    /// Its parts.
    #[must_use]
    pub const fn identity(&self) -> Identity<'_> {
        Identity(&self.0.identity)
    }

    /// What its values are.
    #[must_use]
    pub fn set(&self) -> &DataSet {
        // SAFETY: never null, and it lives longer than the series; DataSet is transparent.
        unsafe { &*self.0.set.cast() }
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Series({} {})", self.number(), self.text())
    }
}
