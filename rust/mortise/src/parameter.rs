use crate::sys;
use core::fmt;

/// How a [`Parameter`]'s bytes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// UTF-8, as a person would write the value.
    Text,
    /// The type's own bytes; integers and floats in network byte order.
    Binary,
    /// A format that this release doesn't know.
    Other(i32),
}

/// One bind parameter. Valid for the call that handed it over.
#[repr(transparent)]
pub struct Parameter(sys::Parameter);

impl Parameter {
    /// Whether it is SQL's `NULL`.
    #[must_use]
    #[inline]
    pub fn is_null(&self) -> bool {
        self.0.is_null != 0
    }

    /// How the bytes are to be read.
    #[must_use]
    #[inline]
    pub fn format(&self) -> Format {
        match self.0.format {
            sys::FORMAT_TEXT => Format::Text,
            sys::FORMAT_BINARY => Format::Binary,
            other => Format::Other(other),
        }
    }

    /// The bytes in whatever format they came; `None` when it is null.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if self.is_null() {
            None
        } else if self.0.size == 0 || self.0.data.is_null() {
            Some(&[])
        } else {
            // SAFETY: the host promises `size` bytes for as long as the parameter itself.
            Some(unsafe { core::slice::from_raw_parts(self.0.data, self.0.size as usize) })
        }
    }

    /// The text; `None` when it is null, binary, or not UTF-8.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        if self.format() != Format::Text {
            return None;
        }
        core::str::from_utf8(self.as_bytes()?).ok()
    }

    /// An integer: decimal text, or 2, 4 or 8 binary bytes; `None` when it is null or no integer that fits.
    ///
    /// Decimal text is an optional sign and 1 to 19 digits, with nothing around them.
    ///
    /// ```
    /// use mortise::testing::Query;
    ///
    /// let query = Query::new("SELECT $1, $2").text("-42").binary(&[0, 0, 1, 0]);
    /// query.ask(|context| {
    ///     let numbers: Vec<_> = context.parameters().iter().map(|p| p.as_i64()).collect();
    ///     assert_eq!(numbers, [Some(-42), Some(256)]);
    /// });
    /// ```
    #[must_use]
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        let bytes = self.as_bytes()?;
        if self.format() == Format::Binary {
            return match *bytes {
                [a, b] => Some(i16::from_be_bytes([a, b]).into()),
                [a, b, c, d] => Some(i32::from_be_bytes([a, b, c, d]).into()),
                [a, b, c, d, e, f, g, h] => Some(i64::from_be_bytes([a, b, c, d, e, f, g, h])),
                _ => None,
            };
        }
        let (negative, digits) = match bytes {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] => (false, digits),
            digits => (false, digits),
        };
        // 19 digits can't overflow a u64.
        if digits.is_empty() || digits.len() > 19 {
            return None;
        }
        let mut number = 0_u64;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            number = number * 10 + u64::from(digit - b'0');
        }
        if negative { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() }
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.as_bytes(), self.as_str()) {
            (None, _) => formatter.write_str("NULL"),
            (_, Some(text)) => fmt::Debug::fmt(text, formatter),
            (Some(bytes), None) => fmt::Debug::fmt(bytes, formatter),
        }
    }
}

/// The bind parameters of a query, counted from 0: `$1` is `get(0)`. Valid for the call.
#[derive(Clone, Copy)]
pub struct Parameters<'a>(&'a [Parameter]);

impl<'a> Parameters<'a> {
    /// # Safety
    /// `data` must point at `count` parameters that keep the promises of `parameter.h` for `'a`.
    #[inline]
    pub(crate) unsafe fn of(data: *const sys::Parameter, count: u64) -> Self {
        if count == 0 || data.is_null() {
            return Self(&[]);
        }
        // SAFETY: the caller's promise; Parameter is transparent.
        Self(unsafe { core::slice::from_raw_parts(data.cast(), count as usize) })
    }

    /// How many there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The parameter at `index`, from 0; `None` when there are fewer.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'a Parameter> {
        self.0.get(index)
    }

    /// All of them, in order.
    #[inline]
    pub fn iter(&self) -> core::slice::Iter<'a, Parameter> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for Parameters<'a> {
    type Item = &'a Parameter;
    type IntoIter = core::slice::Iter<'a, Parameter>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &Parameters<'a> {
    type Item = &'a Parameter;
    type IntoIter = core::slice::Iter<'a, Parameter>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Parameters<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0).finish()
    }
}
