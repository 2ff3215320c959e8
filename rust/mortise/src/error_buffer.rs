//! `mortise_error`, the buffer in which functions of the C ABI say why they failed.

use crate::sys;
use std::borrow::Cow;

/// One that says nothing yet.
#[inline]
pub fn no_error() -> sys::Error {
    sys::Error { size: size_of::<sys::Error>() as u32, reserved: 0, message: [0; 1024] }
}

/// What it says.
pub(crate) fn message_in(error: &sys::Error) -> Cow<'_, str> {
    String::from_utf8_lossy(error.message.split(|byte| *byte == 0).next().unwrap_or_default())
}

/// Writes as much of the message as fits.
///
/// # Safety
/// `place` must be null or point at a mortise_error that nobody else uses.
pub unsafe fn say(place: *mut sys::Error, message: &str) {
    // SAFETY: the caller's promise.
    if let Some(error) = unsafe { place.as_mut() } {
        let fits = cut(message, error.message.len() - 1).as_bytes();
        error.message[..fits.len()].copy_from_slice(fits);
        error.message[fits.len()] = 0;
    }
}

/// The longest part of `text` of at most `size` bytes that ends with a whole character.
pub(crate) fn cut(text: &str, size: usize) -> &str {
    if text.len() <= size {
        return text;
    }
    let mut end = size;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
