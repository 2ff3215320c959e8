use crate::sys;
use core::fmt;
use std::borrow::Cow;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Only grows, and starts again at 0 when it is full.
    Counter,
    /// As it is now; NaN: unknown.
    Gauge,
    /// How fast it changes is of interest; may fall.
    Derive,
    /// What came since the last time.
    Absolute,
}

impl Kind {
    pub(crate) const fn as_sys(self) -> i32 {
        match self {
            Self::Counter => sys::COLLECT_COUNTER,
            Self::Gauge => sys::COLLECT_GAUGE,
            Self::Derive => sys::COLLECT_DERIVE,
            Self::Absolute => sys::COLLECT_ABSOLUTE,
        }
    }

    const fn of(kind: i32) -> Self {
        match kind {
            sys::COLLECT_COUNTER => Self::Counter,
            sys::COLLECT_DERIVE => Self::Derive,
            sys::COLLECT_ABSOLUTE => Self::Absolute,
            _ => Self::Gauge,
        }
    }
}

/// One value, as its source has it. It displays as its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// [`Kind::Counter`].
    Counter(u64),
    /// [`Kind::Gauge`].
    Gauge(f64),
    /// [`Kind::Derive`].
    Derive(i64),
    /// [`Kind::Absolute`].
    Absolute(u64),
}

impl Value {
    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Counter(_) => Kind::Counter,
            Self::Gauge(_) => Kind::Gauge,
            Self::Derive(_) => Kind::Derive,
            Self::Absolute(_) => Kind::Absolute,
        }
    }

    pub(crate) const fn as_sys(self) -> sys::CollectValue {
        match self {
            Self::Counter(counter) => sys::CollectValue { counter },
            Self::Gauge(gauge) => sys::CollectValue { gauge },
            Self::Derive(derive) => sys::CollectValue { derive },
            Self::Absolute(absolute) => sys::CollectValue { absolute },
        }
    }

    pub(super) const fn of(kind: Kind, value: sys::CollectValue) -> Self {
        // SAFETY: each member is eight bytes in which any bits are a value.
        unsafe {
            match kind {
                Kind::Counter => Self::Counter(value.counter),
                Kind::Gauge => Self::Gauge(value.gauge),
                Kind::Derive => Self::Derive(value.derive),
                Kind::Absolute => Self::Absolute(value.absolute),
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Counter(value) | Self::Absolute(value) => fmt::Display::fmt(value, formatter),
            Self::Gauge(value) => fmt::Display::fmt(value, formatter),
            Self::Derive(value) => fmt::Display::fmt(value, formatter),
        }
    }
}

/// What one value of a data set is.
///
/// ```
/// use mortise::collect::{Kind, Source};
///
/// let sources = [Source::new("rx", Kind::Derive).min(0.0), Source::new("tx", Kind::Derive).min(0.0)];
/// assert_eq!((sources[1].name(), sources[1].limits().0), ("tx".into(), 0.0));
/// ```
#[derive(Clone, Copy)]
pub struct Source<'a> {
    name: &'a [u8],
    kind: Kind,
    min: f64,
    max: f64,
}

impl<'a> Source<'a> {
    /// Without limits. The name has at most 127 bytes.
    #[must_use]
    pub const fn new(name: &'a str, kind: Kind) -> Self {
        Self { name: name.as_bytes(), kind, min: f64::NAN, max: f64::NAN }
    }

    /// A lower rate, or gauge, is none.
    #[must_use]
    pub const fn min(mut self, min: f64) -> Self {
        self.min = min;
        self
    }

    /// A higher rate, or gauge, is none.
    #[must_use]
    pub const fn max(mut self, max: f64) -> Self {
        self.max = max;
        self
    }

    /// Of the value: `rx`.
    #[must_use]
    pub fn name(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.name)
    }

    /// What the value is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The lowest and the highest; NaN: no limit.
    #[must_use]
    pub const fn limits(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    pub(super) fn as_sys(&self) -> sys::CollectSource {
        let name = sys::Text { data: self.name.as_ptr().cast(), size: self.name.len() as u64 };
        sys::CollectSource { name, kind: self.kind.as_sys(), reserved: 0, min: self.min, max: self.max }
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Source({} {:?} {}..{})", self.name(), self.kind, self.min, self.max)
    }
}

/// What the values of one type are: `if_octets` has two, rx and tx.
#[repr(transparent)]
pub struct DataSet(sys::CollectSet);

impl DataSet {
    /// `if_octets`.
    #[must_use]
    pub fn type_(&self) -> Cow<'_, str> {
        // SAFETY: the host's text lives as long as the set.
        String::from_utf8_lossy(unsafe { self.0.type_.bytes() })
    }

    /// One for each value, in their order.
    pub fn sources(&self) -> impl ExactSizeIterator<Item = Source<'_>> {
        // SAFETY: the host's sources live as long as the set.
        let sources = unsafe { core::slice::from_raw_parts(self.0.sources, self.0.count as usize) };
        sources.iter().map(|source| Source {
            // SAFETY: so do their names.
            name: unsafe { source.name.bytes() },
            kind: Kind::of(source.kind),
            min: source.min,
            max: source.max,
        })
    }
}

impl fmt::Debug for DataSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DataSet({} ", self.type_())?;
        formatter.debug_list().entries(self.sources()).finish()?;
        formatter.write_str(")")
    }
}
