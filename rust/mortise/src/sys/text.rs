//! `text.h`: making and reading texts.

use super::Text;

impl Text {
    /// The text of a `str`; it lives as long as the `str`.
    #[must_use]
    pub const fn of(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), size: text.len() as u64 }
    }

    /// The bytes.
    ///
    /// # Safety
    /// `data` must point at `size` bytes that live and don't change for `'a`, or `size` must be 0.
    #[must_use]
    #[inline]
    pub const unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.size == 0 || self.data.is_null() {
            return &[];
        }
        // SAFETY: the caller vouches for `size` bytes.
        unsafe { core::slice::from_raw_parts(self.data.cast(), self.size as usize) }
    }

    /// The text. The host's are UTF-8; what isn't reads as empty.
    ///
    /// # Safety
    /// As for [`bytes`](Self::bytes).
    pub(crate) unsafe fn utf8<'a>(self) -> &'a str {
        // SAFETY: the caller's promise.
        core::str::from_utf8(unsafe { self.bytes() }).unwrap_or_default()
    }
}
