use crate::collect::{Kind, Samples, Value};
use crate::sys;
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

/// Samples for a unit test's writer.
///
/// ```
/// use mortise::collect::{Samples, Value};
/// use mortise::testing::Readings;
///
/// fn write(lines: &mut Vec<String>, samples: Samples) -> mortise::Result {
///     for sample in samples {
///         let values: Vec<_> = sample.values().map(|value| value.to_string()).collect();
///         lines.push(format!("{} {}", sample.series().text(), values.join(":")));
///     }
///     Ok(())
/// }
///
/// let mut lines = Vec::new();
/// let readings = Readings::new()
///     .add("here/cpu-0/cpu-idle", [Value::Derive(100)])
///     .add("here/load/load", [Value::Gauge(0.5), Value::Gauge(0.25), Value::Gauge(1.0)]);
/// readings.give(|samples| write(&mut lines, samples)).unwrap();
/// assert_eq!(lines, ["here/cpu-0/cpu-idle 100", "here/load/load 0.5:0.25:1"]);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Readings {
    readings: Vec<Reading>,
    time: Duration,
}

#[derive(Clone, Debug)]
struct Reading {
    text: String,
    parts: [String; 5],
    values: Vec<Value>,
    time: Duration,
}

impl Readings {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those that are added from now on are of that time; of 1970 unless said.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        self
    }

    /// One more, of the series `host/plugin-instance/type-instance`. Its sources are called `value`, or `value0` and so
    /// on; its rates are NaN, but for gauges.
    pub fn add(mut self, series: &str, values: impl IntoIterator<Item = Value>) -> Self {
        let mut parts = series.splitn(3, '/').map(|part| part.split_once('-').unwrap_or((part, "")));
        let (host, plugin, type_) = (series.split('/').next(), parts.nth(1), parts.next());
        let ((plugin, plugin_instance), (type_, type_instance)) =
            (plugin.unwrap_or_default(), type_.unwrap_or_default());
        let parts =
            [host.unwrap_or_default(), plugin, plugin_instance, type_, type_instance].map(str::to_owned);
        let values = values.into_iter().collect();
        self.readings.push(Reading { text: series.to_owned(), parts, values, time: self.time });
        self
    }

    /// Calls a function with them.
    pub fn give<T>(&self, write: impl FnOnce(Samples<'_>) -> T) -> T {
        let made: Vec<_> = self.readings.iter().map(Made::of).collect();
        let series: Vec<_> = self.readings.iter().zip(&made).map(|(it, made)| made.series(it)).collect();
        let samples: Vec<_> = self
            .readings
            .iter()
            .zip(&made)
            .zip(&series)
            .map(|((it, made), of)| made.sample(it, of))
            .collect();
        let places: Vec<_> = samples.iter().map(core::ptr::from_ref).collect();
        // SAFETY: all that they point at lives until the call is over.
        write(unsafe { Samples::of(places.as_ptr(), places.len() as u64) })
    }
}

/// What a sample points at.
struct Made {
    _names: Vec<String>,
    _sources: Vec<sys::CollectSource>,
    set: Box<sys::CollectSet>,
    values: Vec<sys::CollectValue>,
    rates: Vec<f64>,
}

impl Made {
    fn of(reading: &Reading) -> Self {
        let one = reading.values.len() == 1;
        let name = |index| if one { "value".to_owned() } else { format!("value{index}") };
        let names: Vec<_> = (0..reading.values.len()).map(name).collect();
        let kinds = reading.values.iter().map(Value::kind);
        let sources: Vec<_> = names.iter().zip(kinds).map(|(name, kind)| source(name, kind)).collect();
        let rate = |value: &Value| if let Value::Gauge(gauge) = value { *gauge } else { f64::NAN };
        let set = Box::new(sys::CollectSet {
            size: size_of::<sys::CollectSet>() as u32,
            count: sources.len() as u32,
            type_: sys::Text::of(&reading.parts[3]),
            sources: sources.as_ptr(),
        });
        let values = reading.values.iter().map(|value| value.as_sys()).collect();
        let rates = reading.values.iter().map(rate).collect();
        Self { _names: names, _sources: sources, set, values, rates }
    }

    fn series(&self, reading: &Reading) -> sys::CollectSeries {
        let [host, plugin, plugin_instance, type_, type_instance] =
            reading.parts.each_ref().map(|part| sys::Text::of(part));
        sys::CollectSeries {
            size: size_of::<sys::CollectSeries>() as u32,
            reserved: 0,
            number: number(&reading.text),
            identity: sys::CollectIdentity { host, plugin, plugin_instance, type_, type_instance },
            text: sys::Text::of(&reading.text),
            set: &raw const *self.set,
        }
    }

    fn sample(&self, reading: &Reading, series: &sys::CollectSeries) -> sys::CollectSample {
        sys::CollectSample {
            size: size_of::<sys::CollectSample>() as u32,
            count: self.values.len() as u32,
            series,
            values: self.values.as_ptr(),
            rates: self.rates.as_ptr(),
            time: u64::try_from(reading.time.as_nanos()).unwrap_or(u64::MAX),
            interval: 10_000_000_000,
            metadata: core::ptr::null(),
            metadata_count: 0,
            reserved: 0,
        }
    }
}

fn source(name: &str, kind: Kind) -> sys::CollectSource {
    sys::CollectSource {
        name: sys::Text::of(name),
        kind: kind.as_sys(),
        reserved: 0,
        min: f64::NAN,
        max: f64::NAN,
    }
}

/// The same for the same series.
fn number(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
