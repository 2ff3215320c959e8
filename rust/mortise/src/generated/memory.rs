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
/// `place` must be null or point at a T.
#[inline]
pub unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) }
    }
}
