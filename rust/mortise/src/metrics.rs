use crate::bound::{Bound, handle};
use crate::sys;
use core::fmt;
use std::sync::OnceLock;

handle! {
    /// The service `mortise.metrics`, from [`metrics!`](crate::metrics!): numbers that the host's operator
    /// watches. Any thread.
    ///
    /// For metrics whose names are known when the plugin is built, [`counter!`](crate::counter!),
    /// [`gauge!`](crate::gauge!) and [`histogram!`](crate::histogram!) make statics that need no setting up.
    Metrics: MetricsV1, "mortise.metrics"
}

/// The service `mortise.metrics` as [`Metrics`], on any thread. Needs `mortise::require!(metrics, 1, 0);` or
/// `mortise::want!(metrics, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// use mortise::Counter;
/// use std::sync::OnceLock;
///
/// mortise::plugin!();
/// mortise::require!(metrics, 1, 0);
///
/// /// One for each shard: how many there are is known in init.
/// static SHARDS: OnceLock<Vec<Counter>> = OnceLock::new();
///
/// #[mortise::init]
/// fn init() {
///     SHARDS.get_or_init(|| {
///         let name = |shard| format!("shard_{shard}_queries");
///         (0..4).map(|shard| mortise::metrics!().counter(&name(shard), "queries sent there")).collect()
///     });
/// }
/// # fn main() { init(); SHARDS.get().unwrap()[0].add(1) }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! metrics {
    () => {
        $crate::Metrics::of(&crate::module_host, &crate::mortise_metrics_service)
    };
}

/// A [`Counter`] for a static: a name, and a line that says what it counts. Needs
/// `mortise::require!(metrics, 1, 0);` or `mortise::want!(metrics, 1, 0);` in the crate's root.
///
/// The host shows it from the first [`add`](Counter::add); `add(0)` in init shows it from the start.
///
/// ```standalone_crate
/// use mortise::Counter;
///
/// mortise::plugin!();
/// mortise::require!(metrics, 1, 0);
///
/// static QUERIES: Counter = mortise::counter!("queries", "queries that were asked");
///
/// # fn main() {
/// QUERIES.add(1);
/// # }
/// ```
#[macro_export]
macro_rules! counter {
    ($name:expr, $help:expr $(,)?) => {
        $crate::Counter::lazy(|| $crate::metrics!(), $name, $help)
    };
}

/// A [`Gauge`] for a static, as [`counter!`](crate::counter!) makes a counter.
///
/// ```standalone_crate
/// use mortise::Gauge;
///
/// mortise::plugin!();
/// mortise::want!(metrics, 1, 0);
///
/// static DEPTH: Gauge = mortise::gauge!("depth", "entries in the queue");
///
/// # fn main() {
/// DEPTH.set(3.0);
/// # }
/// ```
#[macro_export]
macro_rules! gauge {
    ($name:expr, $help:expr $(,)?) => {
        $crate::Gauge::lazy(|| $crate::metrics!(), $name, $help)
    };
}

/// A [`Histogram`] for a static, as [`counter!`](crate::counter!) makes a counter; last its bounds, at most
/// 64, which must grow.
///
/// ```standalone_crate
/// use mortise::Histogram;
///
/// mortise::plugin!();
/// mortise::require!(metrics, 1, 0);
///
/// static ROWS: Histogram = mortise::histogram!("rows", "rows of an answer", &[1.0, 10.0, 100.0]);
///
/// # fn main() {
/// ROWS.observe(7.0);
/// # }
/// ```
#[macro_export]
macro_rules! histogram {
    ($name:expr, $help:expr, $bounds:expr $(,)?) => {
        $crate::Histogram::lazy(|| $crate::metrics!(), $name, $help, $bounds)
    };
}

impl Metrics {
    /// A number that only grows. The same name again is the same counter.
    ///
    /// The name is one to 127 letters, digits, `_` and `.`, a letter first; `help` says in a line what it
    /// counts, and its unit. A name that the host refuses is reported to its operator, and then nothing is
    /// counted; nor is it where the service isn't there.
    #[must_use]
    pub fn counter(self, name: &str, help: &str) -> Counter {
        Counter(Metric::now(self, |metrics| metrics.ask(Kind::Counter, name, help)))
    }

    /// A number that goes up and down; name and help as for [`counter`](Self::counter).
    #[must_use]
    pub fn gauge(self, name: &str, help: &str) -> Gauge {
        Gauge(Metric::now(self, |metrics| metrics.ask(Kind::Gauge, name, help)))
    }

    /// How often values fell at or under each of the bounds, which must grow, and of which there are at most
    /// 64; name and help as for [`counter`](Self::counter).
    #[must_use]
    pub fn histogram(self, name: &str, help: &str, bounds: &[f64]) -> Histogram {
        Histogram(Metric::now(self, |metrics| metrics.ask(Kind::Histogram(bounds), name, help)))
    }
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    Counter,
    Gauge,
    Histogram(&'a [f64]),
}

impl Bound<sys::MetricsV1> {
    fn ask(self, kind: Kind<'_>, name: &str, help: &str) -> Found {
        let (name, help) = (sys::Text::of(name), sys::Text::of(help));
        let table = self.table;
        // SAFETY: any thread may ask, and the host copies what it's given.
        let metric = unsafe {
            match kind {
                Kind::Counter => (table.counter)(self.host, name, help),
                Kind::Gauge => (table.gauge)(self.host, name, help),
                Kind::Histogram(bounds) => {
                    let count = u32::try_from(bounds.len()).unwrap_or(u32::MAX);
                    (table.histogram)(self.host, name, help, bounds.as_ptr(), count)
                }
            }
        };
        Found { service: self, metric }
    }
}

/// What the host answered; null is a metric that it refused, to which nothing happens.
#[derive(Clone, Copy)]
struct Found {
    service: Bound<sys::MetricsV1>,
    metric: *mut sys::Metric,
}

// SAFETY: the metric is the host's, any thread may change it, and it stays until fini returns.
unsafe impl Send for Found {}
// SAFETY: as above.
unsafe impl Sync for Found {}

struct Metric {
    found: OnceLock<Found>,
    /// How to ask for it when it's first used.
    wanted: Option<Wanted>,
}

#[derive(Clone, Copy)]
struct Wanted {
    metrics: fn() -> Metrics,
    kind: Kind<'static>,
    name: &'static str,
    help: &'static str,
}

impl Metric {
    const fn lazy(
        metrics: fn() -> Metrics,
        kind: Kind<'static>,
        name: &'static str,
        help: &'static str,
    ) -> Self {
        Self { found: OnceLock::new(), wanted: Some(Wanted { metrics, kind, name, help }) }
    }

    fn now(metrics: Metrics, ask: impl FnOnce(Bound<sys::MetricsV1>) -> Found) -> Self {
        Self { found: metrics.0.map(ask).map_or_else(OnceLock::new, OnceLock::from), wanted: None }
    }

    #[inline]
    fn find(&self) -> Option<Found> {
        match self.found.get() {
            Some(found) => Some(*found),
            None => self.ask(),
        }
    }

    #[cold]
    fn ask(&self) -> Option<Found> {
        let Wanted { metrics, kind, name, help } = self.wanted?;
        let service = metrics().0?;
        Some(*self.found.get_or_init(|| service.ask(kind, name, help)))
    }

    fn fmt(&self, kind: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.wanted.map_or("", |wanted| wanted.name);
        write!(formatter, "{kind}({name})")
    }
}

macro_rules! metric {
    ($(#[$about:meta])* $type:ident) => {
        $(#[$about])*
        pub struct $type(Metric);

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(stringify!($type), formatter)
            }
        }
    };
}

metric! {
    /// A number that only grows, from [`counter!`](crate::counter!) or [`Metrics::counter`]. It belongs to
    /// the plugin's name: a plugin that is loaded again goes on counting where it stopped.
    Counter
}

impl Counter {
    #[doc(hidden)]
    #[must_use]
    pub const fn lazy(metrics: fn() -> Metrics, name: &'static str, help: &'static str) -> Self {
        Self(Metric::lazy(metrics, Kind::Counter, name, help))
    }

    /// Adds to it. Some nanoseconds, no lock, any thread; nothing where the service isn't there.
    #[inline]
    pub fn add(&self, amount: u64) {
        if let Some(Found { service, metric }) = self.0.find() {
            // SAFETY: the metric is this service's, or null.
            unsafe { (service.table.add)(service.host, metric, amount) }
        }
    }
}

metric! {
    /// A number that goes up and down, from [`gauge!`](crate::gauge!) or [`Metrics::gauge`].
    Gauge
}

impl Gauge {
    #[doc(hidden)]
    #[must_use]
    pub const fn lazy(metrics: fn() -> Metrics, name: &'static str, help: &'static str) -> Self {
        Self(Metric::lazy(metrics, Kind::Gauge, name, help))
    }

    /// Sets it. Some nanoseconds, no lock, any thread; nothing where the service isn't there.
    #[inline]
    pub fn set(&self, value: f64) {
        if let Some(Found { service, metric }) = self.0.find() {
            // SAFETY: the metric is this service's, or null.
            unsafe { (service.table.set)(service.host, metric, value) }
        }
    }
}

metric! {
    /// How often values fell at or under each of its bounds, from [`histogram!`](crate::histogram!) or
    /// [`Metrics::histogram`].
    Histogram
}

impl Histogram {
    #[doc(hidden)]
    #[must_use]
    pub const fn lazy(
        metrics: fn() -> Metrics,
        name: &'static str,
        help: &'static str,
        bounds: &'static [f64],
    ) -> Self {
        Self(Metric::lazy(metrics, Kind::Histogram(bounds), name, help))
    }

    /// Counts a value; NaN counts nothing. Some nanoseconds, no lock, any thread; nothing where the service
    /// isn't there.
    #[inline]
    pub fn observe(&self, value: f64) {
        if let Some(Found { service, metric }) = self.0.find() {
            // SAFETY: the metric is this service's, or null.
            unsafe { (service.table.observe)(service.host, metric, value) }
        }
    }
}
