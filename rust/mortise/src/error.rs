use core::fmt;

/// Why an entry point failed: a message for the person who runs the host.
///
/// Made by `?` from anything that can be displayed, and so it can't itself be displayed; use
/// [`message`](Self::message).
///
/// ```
/// fn tenants(text: &str) -> Result<u64, mortise::Error> {
///     let tenants: u64 = text.parse()?;
///     if tenants == 0 {
///         return Err("tenants must be at least 1".into());
///     }
///     Ok(tenants)
/// }
///
/// assert_eq!(tenants("0").unwrap_err().message(), "tenants must be at least 1");
/// assert_eq!(tenants("x").unwrap_err().message(), "invalid digit found in string");
/// ```
pub struct Error(String);

impl Error {
    /// One or a few lines; the host shows the first 1,023 bytes.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0
    }
}

impl<T: fmt::Display> From<T> for Error {
    fn from(reason: T) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}
