use super::identity::Identity;
use super::set::Value;
use super::time::{nanoseconds, since_1970, time_at};
use crate::config::Table;
use crate::field::FieldValue;
use crate::sys;
use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::time::SystemTime;

const NO_IDENTITY: sys::CollectIdentity = sys::CollectIdentity {
    host: sys::Text::of(""),
    plugin: sys::Text::of(""),
    plugin_instance: sys::Text::of(""),
    type_: sys::Text::of(""),
    type_instance: sys::Text::of(""),
};

/// Setters of the parts of an identity, and of the metadata.
macro_rules! parts {
    ($($(#[$about:meta])* $name:ident)*) => {
        $(
            $(#[$about])*
            #[must_use]
            pub fn $name(mut self, $name: &'a str) -> Self {
                self.identity.$name = sys::Text::of($name);
                self
            }
        )*

        /// A fact beside it, as for fields of log lines: a truth value, a number or a text. At most 256.
        #[must_use]
        pub fn metadata(mut self, key: &'a str, value: &'a (impl FieldValue + ?Sized)) -> Self {
            self.metadata.push(sys::Member { key: sys::Text::of(key), value: value.value() });
            self
        }
    };
}

/// The values of one series, to [dispatch](super::Collect::dispatch).
///
/// ```
/// use mortise::collect::{Report, Value};
///
/// let report = Report::new("if_octets")
///     .plugin_instance("eth0")
///     .values([Value::Derive(1000), Value::Derive(2000)])
///     .metadata("speed", &10_000);
/// assert_eq!(report.to_string(), "/-eth0/if_octets 1000:2000");
/// ```
#[derive(Clone)]
pub struct Report<'a> {
    identity: sys::CollectIdentity,
    values: Vec<sys::CollectValue>,
    shown: Vec<Value>,
    time: u64,
    interval: u64,
    metadata: Vec<sys::Member>,
    texts: core::marker::PhantomData<&'a str>,
}

impl<'a> Report<'a> {
    /// Without values yet. Names have at most 127 bytes.
    #[must_use]
    pub fn new(type_: &'a str) -> Self {
        Self {
            identity: sys::CollectIdentity { type_: sys::Text::of(type_), ..NO_IDENTITY },
            values: Vec::new(),
            shown: Vec::new(),
            time: 0,
            interval: 0,
            metadata: Vec::new(),
            texts: core::marker::PhantomData,
        }
    }

    parts! {
        /// The machine, when it is another.
        host
        /// Who reads it, when that isn't this plugin.
        plugin
        /// Which processor, disk or interface.
        plugin_instance
        /// Which of the type's: `free`, `idle`.
        type_instance
    }

    /// One more value: as many as the type's data set has sources, in their order.
    #[must_use]
    pub fn value(mut self, value: Value) -> Self {
        self.values.push(value.as_sys());
        self.shown.push(value);
        self
    }

    /// More values.
    #[must_use]
    pub fn values(self, values: impl IntoIterator<Item = Value>) -> Self {
        values.into_iter().fold(self, Self::value)
    }

    /// When that was; now, unless said.
    #[must_use]
    pub fn time(mut self, time: SystemTime) -> Self {
        self.time = since_1970(time);
        self
    }

    /// How often a value comes: as the reader is called, unless said.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = nanoseconds(interval);
        self
    }

    pub(super) fn as_sys<T>(&self, call: impl FnOnce(*const sys::CollectReport) -> T) -> T {
        call(&sys::CollectReport {
            size: size_of::<sys::CollectReport>() as u32,
            count: u32::try_from(self.values.len()).unwrap_or(u32::MAX),
            identity: self.identity,
            values: self.values.as_ptr(),
            time: self.time,
            interval: self.interval,
            metadata: self.metadata.as_ptr(),
            metadata_count: u32::try_from(self.metadata.len()).unwrap_or(u32::MAX),
            reserved: 0,
        })
    }
}

impl fmt::Display for Report<'_> {
    /// The identity as far as the report says it, and the values with colons between them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", Identity(&self.identity))?;
        for (index, value) in self.shown.iter().enumerate() {
            write!(formatter, "{}{value}", if index == 0 { ' ' } else { ':' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Report({self})")
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Somebody should do something.
    Failure,
    /// Somebody should look.
    Warning,
    /// It is well again.
    Okay,
}

/// Something that a person should hear of: to [send](super::Collect::notify), or as
/// [`Callbacks::notified`](super::Callbacks::notified) receives it.
///
/// ```
/// use mortise::collect::{Level, Notification};
///
/// let full = Notification::new(Level::Failure, "the disk is full").plugin_instance("sda1");
/// assert_eq!((full.level(), &*full.message()), (Level::Failure, "the disk is full"));
/// ```
pub struct Notification<'a> {
    severity: i32,
    time: u64,
    message: sys::Text,
    identity: sys::CollectIdentity,
    metadata: Vec<sys::Member>,
    texts: core::marker::PhantomData<&'a str>,
}

impl<'a> Notification<'a> {
    /// Now, of nothing in particular. The message is cut at 4,096 bytes.
    #[must_use]
    pub fn new(level: Level, message: &'a str) -> Self {
        let severity = match level {
            Level::Failure => sys::COLLECT_FAILURE,
            Level::Warning => sys::COLLECT_WARNING,
            Level::Okay => sys::COLLECT_OKAY,
        };
        let message = sys::Text::of(message);
        let texts = core::marker::PhantomData;
        Self { severity, time: 0, message, identity: NO_IDENTITY, metadata: Vec::new(), texts }
    }

    parts! {
        /// The machine that it is of.
        host
        /// Whose values it is of.
        plugin
        /// Of the plugin.
        plugin_instance
        /// Of a data set.
        type_
        /// Of the type.
        type_instance
    }

    /// When that was; now, unless said.
    #[must_use]
    pub fn at(mut self, time: SystemTime) -> Self {
        self.time = since_1970(time);
        self
    }

    /// How bad it is.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.severity {
            sys::COLLECT_OKAY => Level::Okay,
            sys::COLLECT_WARNING => Level::Warning,
            _ => Level::Failure,
        }
    }

    /// For a person.
    #[must_use]
    pub fn message(&self) -> Cow<'a, str> {
        // SAFETY: the text lives as long as this.
        String::from_utf8_lossy(unsafe { self.message.bytes() })
    }

    /// What it is of; each part may be empty.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity(&self.identity)
    }

    /// When that was; 1970 where it wasn't said.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        time_at(self.time)
    }

    /// The facts beside it.
    #[must_use]
    pub fn facts(&self) -> Table<'_> {
        // SAFETY: they live as long as this.
        unsafe { Table::of(self.metadata.as_ptr(), self.metadata.len()) }
    }

    /// # Safety
    /// The host's notification must live for `'a`.
    pub(super) unsafe fn of(from: &'a sys::CollectNotification) -> Self {
        // SAFETY: the caller's promise.
        let metadata = unsafe { crate::config::slice(from.metadata, from.metadata_count as usize) };
        Self {
            severity: from.severity,
            time: from.time,
            message: from.message,
            identity: from.identity,
            metadata: metadata.to_vec(),
            texts: core::marker::PhantomData,
        }
    }

    pub(super) fn as_sys<T>(&self, call: impl FnOnce(*const sys::CollectNotification) -> T) -> T {
        call(&sys::CollectNotification {
            size: size_of::<sys::CollectNotification>() as u32,
            severity: self.severity,
            time: self.time,
            message: self.message,
            identity: self.identity,
            metadata: self.metadata.as_ptr(),
            metadata_count: u32::try_from(self.metadata.len()).unwrap_or(u32::MAX),
            reserved: 0,
        })
    }
}

impl fmt::Debug for Notification<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Notification({:?} {}: {})", self.level(), self.identity(), self.message())
    }
}
