use crate::bound::Bound;
use crate::field::Field;
use crate::host_cell::HostCell;
use crate::service::Cell;
use crate::sys;
use core::fmt::{self, Write};
use core::mem::MaybeUninit;

/// How much a line of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i32)]
pub enum Severity {
    /// Details for whoever looks for a fault.
    Debug = sys::LOG_DEBUG,
    /// What happens in normal work.
    Info = sys::LOG_INFO,
    /// Something that a person should look at.
    Warning = sys::LOG_WARNING,
    /// Something failed.
    Error = sys::LOG_ERROR,
}

impl Severity {
    /// What this release doesn't know is an error.
    pub(crate) const fn of(severity: i32) -> Self {
        match severity {
            sys::LOG_DEBUG => Self::Debug,
            sys::LOG_INFO => Self::Info,
            sys::LOG_WARNING => Self::Warning,
            _ => Self::Error,
        }
    }
}

/// Logs a line in the name of this plugin, on any thread. Needs `mortise::require!(log, 1, 0);` or
/// `mortise::want!(log, 1, 0);` in the crate's root.
///
/// The line is formatted on the stack, without an allocation, and cut at 4,096 bytes. When the host doesn't
/// keep lines of this severity, and in unit tests, nothing is formatted and the arguments aren't evaluated.
///
/// Named values, which the host keeps apart from the text, stand before the line and a semicolon, as in the
/// crate `log`. A name is a word, or text such as `"http.status"`; a value is what implements [`FieldValue`](crate::FieldValue).
/// The host takes 32 of them and 4,096 bytes in all. One that has only `mortise.log` 1.0 gets the line
/// without them.
///
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
/// mortise::require!(log, 1, 0);
///
/// # fn main() {
/// let tenant = 42;
/// mortise::log!(Severity::Debug, "tenant {tenant}");
/// mortise::warning!("no rule for tenant {}", tenant);
/// mortise::info!(tenant = tenant, table = "orders", "share.cold" = 0.5; "moved");
/// # }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! log {
    ($severity:expr, $($key:tt = $value:expr),+; $($message:tt)+) => {
        if let ::core::option::Option::Some(line) =
            $crate::__private::Line::open(&crate::module_host, &crate::mortise_log_service, $severity)
        {
            line.write_fields(
                ::core::format_args!($($message)+),
                &[$($crate::__private::field($crate::__field_name!($key), &$value)),+],
            );
        }
    };
    ($severity:expr, $($message:tt)+) => {
        if let ::core::option::Option::Some(line) =
            $crate::__private::Line::open(&crate::module_host, &crate::mortise_log_service, $severity)
        {
            line.write(::core::format_args!($($message)+));
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __field_name {
    ($name:ident) => {
        ::core::stringify!($name)
    };
    ($name:literal) => {
        $name
    };
}

/// [`log!`](crate::log!) with [`Severity::Debug`].
#[macro_export]
macro_rules! debug {
    ($($message:tt)+) => { $crate::log!($crate::Severity::Debug, $($message)+) };
}

/// [`log!`](crate::log!) with [`Severity::Info`].
#[macro_export]
macro_rules! info {
    ($($message:tt)+) => { $crate::log!($crate::Severity::Info, $($message)+) };
}

/// [`log!`](crate::log!) with [`Severity::Warning`].
#[macro_export]
macro_rules! warning {
    ($($message:tt)+) => { $crate::log!($crate::Severity::Warning, $($message)+) };
}

/// [`log!`](crate::log!) with [`Severity::Error`].
#[macro_export]
macro_rules! error {
    ($($message:tt)+) => { $crate::log!($crate::Severity::Error, $($message)+) };
}

/// Where the host cuts a line.
const LONGEST: usize = 4096;

/// A line that the host is going to keep.
pub struct Line {
    host: *const sys::Host,
    log: &'static sys::LogV1,
    severity: Severity,
}

impl Line {
    /// `None` when the host doesn't keep lines of this severity, or there is no host.
    #[inline]
    pub fn open<const VERSION: u32>(
        host: &HostCell,
        log: &Cell<sys::LogV1, VERSION>,
        severity: Severity,
    ) -> Option<Self> {
        Self::bound(Bound::of(host, log)?, severity)
    }

    #[inline]
    pub(crate) fn bound(bound: Bound<sys::LogV1>, severity: Severity) -> Option<Self> {
        let Bound { host, table: log } = bound;
        // SAFETY: any thread may ask.
        let enabled = unsafe { (log.enabled)(host, severity as i32) } != 0;
        enabled.then_some(Self { host, log, severity })
    }

    /// Formats the line and hands it over.
    #[cold]
    pub fn write(&self, message: fmt::Arguments<'_>) {
        self.write_fields(message, &[]);
    }

    /// The same with fields.
    #[cold]
    pub fn write_fields(&self, message: fmt::Arguments<'_>, fields: &[Field<'_>]) {
        if let Some(literal) = message.as_str() {
            return self.hand_over(literal, fields);
        }
        let mut buffer = Buffer { bytes: [const { MaybeUninit::uninit() }; LONGEST], size: 0 };
        // An error says that the line was cut, or that a Display gave up; what is there is worth logging.
        let _ = buffer.write_fmt(message);
        self.hand_over(buffer.text(), fields);
    }

    fn hand_over(&self, line: &str, fields: &[Field<'_>]) {
        let (severity, line) = (self.severity as i32, sys::Text::of(line));
        // SAFETY: the log is the host's table.
        match unsafe { self.log.write_fields() } {
            Some(write_fields) if !fields.is_empty() => {
                let count = u32::try_from(fields.len()).unwrap_or(u32::MAX);
                // SAFETY: the host copies line and fields before it returns.
                unsafe { write_fields(self.host, severity, line, Field::as_sys(fields), count) }
            }
            // SAFETY: the host copies the line before it returns.
            _ => unsafe { (self.log.write)(self.host, severity, line) },
        }
    }
}

struct Buffer {
    bytes: [MaybeUninit<u8>; LONGEST],
    size: usize,
}

impl Buffer {
    fn text(&self) -> &str {
        // SAFETY: write_str has filled the first `size` bytes with whole characters.
        unsafe {
            core::str::from_utf8_unchecked(core::slice::from_raw_parts(self.bytes.as_ptr().cast(), self.size))
        }
    }
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LONGEST - self.size;
        let fits = crate::error_buffer::cut(text, room);
        // SAFETY: `fits` is no longer than the room that is left, and can't overlap our own buffer.
        unsafe {
            let end = self.bytes.as_mut_ptr().add(self.size).cast();
            core::ptr::copy_nonoverlapping(fits.as_ptr(), end, fits.len());
        }
        self.size += fits.len();
        if fits.len() == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}
