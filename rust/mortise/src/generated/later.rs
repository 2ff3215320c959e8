//! Functions that a later minor of a service appended.

/// The function at `offset` of a table of `size` bytes; `None` when the table ends before it.
///
/// # Safety
/// A table that doesn't must have an F, or null, at that offset.
#[inline]
pub unsafe fn later<T, F: Copy>(table: &T, size: u32, offset: usize) -> Option<F> {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    if (size as usize) < offset + size_of::<F>() {
        return None;
    }
    // The reference covers less than that; the table lies in memory of the host's, or in that of a Table, both of
    // which are exposed.
    let address = core::ptr::from_ref(table).addr() + offset;
    // SAFETY: the caller's promise.
    unsafe { core::ptr::with_exposed_provenance::<Option<F>>(address).read() }
}
