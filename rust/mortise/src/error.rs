use crate::error_buffer::{message_in, no_error};
use crate::sys;
use core::fmt;
use std::borrow::Cow;

/// Why something failed: a message for the person who runs the host. What the services answer, and what a
/// plugin may make of its own reasons.
///
/// It can be displayed, compared, and used wherever a [`std::error::Error`] is:
///
/// ```
/// use mortise::Error;
///
/// fn tenants(text: &str) -> Result<u64, Error> {
///     let tenants: u64 = text.parse()?;
///     if tenants == 0 {
///         return Err("tenants must be at least 1".into());
///     }
///     Ok(tenants)
/// }
///
/// assert_eq!(tenants("0").unwrap_err().to_string(), "tenants must be at least 1");
/// assert_eq!(tenants("x").unwrap_err().to_string(), "invalid digit found in string");
/// # fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync>> { tenants("1")?; Ok(()) }
/// # boxed().unwrap();
/// ```
///
/// `?` makes it from texts, from a [`Failure`], and from what fails in the standard library when something is
/// read, parsed, converted, locked or sent. For any other error, such as another crate's, there is
/// [`Error::new`]; or let the function return [`mortise::Result`](crate::Result), for which `?` takes
/// anything.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Error(Cow<'static, str>);

impl Error {
    /// An error that says what `reason` displays.
    ///
    /// ```
    /// let error = "x".parse::<u64>().unwrap_err();
    /// let error = mortise::Error::new(format_args!("tenants: {error}"));
    /// assert_eq!(error.message(), "tenants: invalid digit found in string");
    /// ```
    #[must_use]
    pub fn new(reason: impl fmt::Display) -> Self {
        Self(Cow::Owned(reason.to_string()))
    }

    pub(crate) const fn of(reason: &'static str) -> Self {
        Self(Cow::Borrowed(reason))
    }

    /// One or a few lines; the host shows the first 1,023 bytes of an entry point's.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0
    }

    /// Calls a function of the C ABI that fills a buffer when it fails: what it answered, and what it said.
    pub(crate) fn asking<T>(call: impl FnOnce(*mut sys::Error) -> T) -> (T, impl FnOnce() -> Self) {
        let mut error = no_error();
        let answer = call(&mut error);
        (answer, move || message_in(&error).into())
    }

    /// The same for functions that answer a status.
    pub(crate) fn check(call: impl FnOnce(*mut sys::Error) -> i32) -> Result<(), Self> {
        match Self::asking(call) {
            (sys::OK, _) => Ok(()),
            (_, said) => Err(said()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(reason: String) -> Self {
        Self(Cow::Owned(reason))
    }
}

macro_rules! from {
    ($($reason:ty)*) => {
        $(
            impl From<$reason> for Error {
                fn from(reason: $reason) -> Self {
                    Self::new(reason)
                }
            }
        )*
    };
}

from! {
    &str
    Box<str>
    Cow<'_, str>
    fmt::Arguments<'_>
    fmt::Error
    core::array::TryFromSliceError
    core::cell::BorrowError
    core::cell::BorrowMutError
    core::char::CharTryFromError
    core::char::DecodeUtf16Error
    core::char::ParseCharError
    core::char::TryFromCharError
    core::ffi::FromBytesUntilNulError
    core::ffi::FromBytesWithNulError
    core::num::ParseFloatError
    core::num::ParseIntError
    core::num::TryFromIntError
    core::str::ParseBoolError
    core::str::Utf8Error
    core::time::TryFromFloatSecsError
    std::collections::TryReserveError
    std::env::JoinPathsError
    std::env::VarError
    std::ffi::IntoStringError
    std::ffi::NulError
    std::io::Error
    std::net::AddrParseError
    std::path::StripPrefixError
    std::string::FromUtf16Error
    std::string::FromUtf8Error
    std::sync::mpsc::RecvError
    std::sync::mpsc::RecvTimeoutError
    std::sync::mpsc::TryRecvError
    std::thread::AccessError
    std::time::SystemTimeError
    Box<dyn std::error::Error>
    Box<dyn std::error::Error + Send + Sync>
}

/// What could not be locked or sent is dropped.
macro_rules! from_generic {
    ($($reason:ident)::*) => {
        impl<T> From<$($reason)::*<T>> for Error {
            fn from(reason: $($reason)::*<T>) -> Self {
                Self::new(reason)
            }
        }
    };
}

from_generic!(std::sync::PoisonError);
from_generic!(std::sync::TryLockError);
from_generic!(std::sync::mpsc::SendError);
from_generic!(std::sync::mpsc::TrySendError);

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        failure.into_error()
    }
}

/// Why an entry point failed, made by `?` from anything that can be displayed, an [`Error`] included.
///
/// What takes anything displayable can't be displayed itself, since nothing may be made from itself in two
/// ways; [`message`](Self::message) is its text. Where a caller wants more of an error than to pass it on,
/// return [`Error`].
///
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
///
/// /// An error of one's own, or of any crate.
/// struct OutOfRange(u64);
///
/// impl std::fmt::Display for OutOfRange {
///     fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         write!(formatter, "{} tenants are too many", self.0)
///     }
/// }
///
/// fn check(tenants: u64) -> Result<u64, OutOfRange> {
///     if tenants < 1000 { Ok(tenants) } else { Err(OutOfRange(tenants)) }
/// }
///
/// #[mortise::init]
/// fn init(host: &Host) -> mortise::Result {
///     check(host.config().u64("tenants", 4))?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
pub struct Failure(Error);

impl Failure {
    /// One or a few lines; the host shows the first 1,023 bytes.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0.message()
    }

    /// The same text as an error that can be displayed.
    #[must_use]
    pub fn into_error(self) -> Error {
        self.0
    }
}

impl<T: fmt::Display> From<T> for Failure {
    fn from(reason: T) -> Self {
        Self(Error::new(reason))
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// What an entry point returns whose `?` shall take any error that can be displayed; see [`Failure`].
pub type Result<T = (), E = Failure> = core::result::Result<T, E>;
