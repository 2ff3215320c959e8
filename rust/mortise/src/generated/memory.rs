//! Memory that C passes to a function, as slices and places.

/// # Safety
/// `data` must be null or point at `size` bytes that stay as they are for `'a`.
#[inline]
pub unsafe fn bytes<'a>(data: *const u8, size: u64) -> &'a [u8] {
    if data.is_null() || size == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data, size as usize) }
}

/// # Safety
/// `data` must be null or point at `size` bytes that nobody else uses for `'a`.
#[inline]
pub unsafe fn buffer<'a>(data: *mut u8, size: u64) -> &'a mut [u8] {
    if data.is_null() || size == 0 {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts_mut(data, size as usize) }
}

/// # Safety
/// `data` must be null or point at `count` elements that stay as they are for `'a`.
///
/// # Panics
/// When it isn't aligned, which counts as a failed call.
#[inline]
pub unsafe fn span<'a, T>(data: *const T, count: u64) -> &'a [T] {
    if data.is_null() || count == 0 {
        return &[];
    }
    assert!(data.is_aligned(), "it was passed a span that isn't aligned");
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data, count as usize) }
}

/// # Safety
/// `data` must be null or point at `count` elements that nobody else uses for `'a`.
///
/// # Panics
/// When it isn't aligned, which counts as a failed call.
#[inline]
pub unsafe fn span_mut<'a, T>(data: *mut T, count: u64) -> &'a mut [T] {
    if data.is_null() || count == 0 {
        return &mut [];
    }
    assert!(data.is_aligned(), "it was passed a span that isn't aligned");
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts_mut(data, count as usize) }
}

/// A copy, which nobody changes any more.
///
/// # Safety
/// `data` must be null or point at a T, of any bits.
///
/// # Panics
/// When it is null or isn't aligned, which counts as a failed call.
#[inline]
#[must_use]
pub unsafe fn record<T: Copy>(data: *const T) -> T {
    assert!(!data.is_null(), "it was passed null instead of a record");
    assert!(data.is_aligned(), "it was passed a record that isn't aligned");
    // SAFETY: the caller's promise.
    unsafe { data.read() }
}

/// # Safety
/// `place` must be null or point at a T.
#[inline]
pub unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) }
    }
}
