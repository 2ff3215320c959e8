use crate::error_buffer::cut;
use crate::sys;

/// Why a query is blocked: what [`Route::because`](crate::Route::because) and
/// [`Route::sqlstate`](crate::Route::sqlstate) were given.
///
/// ```
/// use mortise::Route;
///
/// let route = Route::block().because(format_args!("{} rows are too many", 1000));
/// let reason = route.reason().unwrap();
/// assert_eq!((reason.message(), reason.sqlstate()), ("1000 rows are too many", ""));
/// assert_eq!(Route::all().because("it may go anywhere").reason(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reason {
    pub(crate) message: String,
    pub(crate) sqlstate: String,
}

impl Reason {
    /// The text for the client; empty: none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The SQLSTATE; empty: the host's choice, 42501.
    #[must_use]
    pub fn sqlstate(&self) -> &str {
        &self.sqlstate
    }

    /// # Safety
    /// `route` must point at a `mortise_route` that nobody else uses.
    #[cold]
    pub(crate) unsafe fn write(&self, route: *mut sys::Route) {
        // SAFETY: the caller's promise; an earlier host's struct may end before the texts, which its size says.
        unsafe {
            if ((*route).size as usize) < size_of::<sys::Route>() {
                return;
            }
            put(&self.sqlstate, &raw mut (*route).sqlstate);
            put(&self.message, &raw mut (*route).reason);
        }
    }
}

/// Writes as much of a text as fits before a zero.
///
/// # Safety
/// `place` must be writable.
unsafe fn put<const SIZE: usize>(text: &str, place: *mut [u8; SIZE]) {
    let fits = cut(text, SIZE - 1);
    // SAFETY: the text and its zero fit, and the host's array can't overlap a text of ours.
    unsafe {
        let start = place.cast::<u8>();
        core::ptr::copy_nonoverlapping(fits.as_ptr(), start, fits.len());
        start.add(fits.len()).write(0);
    }
}
