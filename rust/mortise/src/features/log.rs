use crate::Severity;
use crate::bound::Bound;
use crate::error::Error;
use crate::field::field;
use crate::host_cell::HostCell;
use crate::log::Line;
use crate::service::Cell;
use crate::sys;
use std::sync::OnceLock;

/// Sends the records of the crate `log`, from this plugin and the crates that it is built with, to the host's log. Once,
/// in init. Needs the feature `log`, and `mortise::require!(log, 1, 0);` or `mortise::want!(log, 1, 0);` in the crate's
/// root.
///
/// A record's target becomes the field `target`. The host decides which severities it keeps; records of `trace` are
/// lines of [`Severity::Debug`]. Where there is no host, in unit tests, records go nowhere.
///
/// The answer is an [`Error`] when this copy of the crate `log` has a logger already.
///
/// ```standalone_crate
/// mortise::plugin!();
/// mortise::require!(log, 1, 0);
///
/// #[mortise::init]
/// fn init() -> mortise::Result {
///     mortise::install_logger!()?;
///     log::info!("from any crate that logs");
///     Ok(())
/// }
/// # fn main() { init().unwrap() }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! install_logger {
    () => {
        $crate::__private::Logger::install(&crate::module_host, &crate::mortise_log_service)
    };
}

/// What the crate `log` calls.
pub struct Logger(Option<Bound<sys::LogV1>>);

static LOGGER: OnceLock<Logger> = OnceLock::new();

impl Logger {
    /// # Errors
    /// When there is a logger already.
    pub fn install<const VERSION: u32>(
        host: &HostCell,
        service: &Cell<sys::LogV1, VERSION>,
    ) -> Result<(), Error> {
        let logger = LOGGER.get_or_init(|| Self(Bound::of(host, service)));
        ::log::set_logger(logger).map_err(|_| Error::of("the crate log has a logger already"))?;
        // Each record asks the host what it keeps.
        ::log::set_max_level(::log::LevelFilter::Trace);
        Ok(())
    }

    fn line(&self, level: ::log::Level) -> Option<Line> {
        Line::bound(self.0?, severity(level))
    }
}

impl ::log::Log for Logger {
    fn enabled(&self, metadata: &::log::Metadata<'_>) -> bool {
        self.line(metadata.level()).is_some()
    }

    fn log(&self, record: &::log::Record<'_>) {
        if let Some(line) = self.line(record.level()) {
            line.write_fields(*record.args(), &[field("target", record.target())]);
        }
    }

    fn flush(&self) {}
}

fn severity(level: ::log::Level) -> Severity {
    match level {
        ::log::Level::Error => Severity::Error,
        ::log::Level::Warn => Severity::Warning,
        ::log::Level::Info => Severity::Info,
        ::log::Level::Debug | ::log::Level::Trace => Severity::Debug,
    }
}
