//! What a plugin makes and its callers hold: boxes, as addresses.

use core::ffi::c_void;

/// The address of a value that lives until [`end_handle`].
#[must_use]
pub fn new_handle<T>(value: T) -> *mut c_void {
    // A value without bytes has no address of its own, and callers tell handles from null.
    Box::into_raw(Box::new((value, 0u8))).cast()
}

/// # Safety
/// `handle` must be null or of a T by [`new_handle`], and live for `'a`.
///
/// # Panics
/// When it is null, which counts as a failed call.
#[inline]
#[must_use]
pub unsafe fn handle<'a, T>(handle: *mut c_void) -> &'a T {
    assert!(!handle.is_null(), "it was passed null instead of a handle");
    // SAFETY: the caller's promise.
    unsafe { &(*handle.cast::<(T, u8)>()).0 }
}

/// # Safety
/// As for [`handle`]; it is used no more.
///
/// # Panics
/// When it is null, which counts as a failed call.
#[must_use]
pub unsafe fn end_handle<T>(handle: *mut c_void) -> T {
    assert!(!handle.is_null(), "it was passed null instead of a handle");
    // SAFETY: the caller's promise.
    let held = unsafe { Box::from_raw(handle.cast::<(T, u8)>()) };
    held.0
}
