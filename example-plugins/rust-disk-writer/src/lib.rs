//! Appends values to a file, a line each, and begins a new one when it is large.
//!
//! - `file.rs` is the file, with those before it.

mod file;

use file::RotatingFile;
use mortise::collect::{Callbacks, Sample, Samples};
use mortise::prelude::*;
use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

mortise::plugin!();
mortise::require!(log, 1, 0);
mortise::require!(collect, 1, 0);

/// What the closures share: one runs at a time.
struct Writer {
    file: RotatingFile,
    /// Kept, so that no line needs memory of its own.
    line: String,
}

#[mortise::init]
fn init(host: &Host) -> mortise::Result {
    let config = host.config();
    let path = config.string("path", "");
    if path.is_empty() {
        config.refuse("path", "must name a file");
    }
    let max_bytes = config.u64("max_bytes", 64 * 1024 * 1024);
    if max_bytes < 1024 {
        config.refuse("max_bytes", "must be at least 1024");
    }
    let keep = config.u64("keep", 3);
    if keep > 1000 {
        config.refuse("keep", "must be at most 1000");
    }
    if path.is_empty() || max_bytes < 1024 || keep > 1000 {
        return Ok(()); // refused is enough
    }
    let file = RotatingFile::open(path.into(), max_bytes, keep)
        .map_err(|error| Error::new(format_args!("{path}: {error}")))?;
    let writer = Callbacks::with(Writer { file, line: String::new() })
        .write(Writer::write)
        .flush(Writer::flush)
        .shutdown(Writer::shutdown);
    mortise::collect!().register(writer)?;
    Ok(())
}

impl Writer {
    fn write(&mut self, samples: Samples) -> mortise::Result {
        for sample in samples {
            self.line.clear();
            print(sample, &mut self.line)?;
            self.file.append(self.line.as_bytes())?;
        }
        Ok(())
    }

    /// The file holds lines back until some kilobytes are together; what is older isn't told apart.
    fn flush(&mut self, _older_than: Duration, _identifier: &str) -> mortise::Result {
        Ok(self.file.flush()?)
    }

    fn shutdown(&mut self) -> mortise::Result {
        self.file.sync()?;
        mortise::info!("{} lines are on disk", self.file.lines());
        Ok(())
    }
}

/// `1764288000.250 here/load/load shortterm=0.5 midterm=0.25 longterm=1`
fn print(sample: &Sample, line: &mut String) -> std::fmt::Result {
    let since = sample.time().duration_since(UNIX_EPOCH).unwrap_or_default();
    write!(line, "{}.{:03} ", since.as_secs(), since.subsec_millis())?;
    // A blank in a name would look like the end of it.
    line.extend(sample.series().text().chars().map(|c| if c.is_whitespace() { '_' } else { c }));
    for (source, value) in sample.series().set().sources().zip(sample.values()) {
        write!(line, " {}={value}", source.name())?;
    }
    line.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mortise::collect::Value;
    use mortise::testing::Readings;

    #[test]
    fn a_line_has_time_series_and_values() {
        let path = file::scratch("line");
        let file = RotatingFile::open(path.clone(), 1 << 20, 1).unwrap();
        let mut writer = Writer { file, line: String::new() };
        let readings = Readings::new()
            .at(UNIX_EPOCH + Duration::from_millis(1_764_288_000_250))
            .add("here/load/load", [0.5, 0.25, 1.0].map(Value::Gauge))
            .add("here/df-my disk/df_complex-free", [Value::Gauge(f64::NAN)])
            .add("here/cpu-0/cpu-idle", [Value::Derive(-7)]);
        readings.give(|samples| writer.write(samples)).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "", "held back");
        writer.flush(Duration::ZERO, "").unwrap();
        let lines = "1764288000.250 here/load/load value0=0.5 value1=0.25 value2=1\n\
                     1764288000.250 here/df-my_disk/df_complex-free value=NaN\n\
                     1764288000.250 here/cpu-0/cpu-idle value=-7\n";
        assert_eq!(std::fs::read_to_string(&path).unwrap(), lines);
        writer.shutdown().unwrap();
        assert_eq!(writer.file.lines(), 3);
    }
}
