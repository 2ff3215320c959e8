use crate::host_cell::HostCell;
use crate::service::Service;
use crate::sys;
use core::ops::Deref;

/// Asks for a service on any thread, as [`Host::get_service`](crate::Host::get_service) does in an entry
/// point: an `Option` of a [`Lease`] of the table; `None` too in unit tests, where there is no host.
///
/// ```standalone_crate
/// use mortise::sys::ClockV1;
///
/// mortise::plugin!();
///
/// fn wall() -> i64 {
///     match mortise::lease!(ClockV1) {
///         Some(clock) => unsafe { (clock.wall)(clock.host()) },
///         None => 0,
///     }
/// }
/// # fn main() { assert_eq!(wall(), 0) }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the host is the plugin's own")]
macro_rules! lease {
    ($table:ty) => {
        $crate::Lease::<$table>::ask(&crate::module_host)
    };
}

/// One counted use of a service, from [`Host::get_service`](crate::Host::get_service) or
/// [`lease!`](crate::lease!). Dereferences to the service's table, and gives the lease back when dropped; do
/// that before fini returns.
pub struct Lease<T: Service> {
    host: *const sys::Host,
    table: *const T,
}

// SAFETY: release_service may be called on any thread, and T is Sync because Service asks it.
unsafe impl<T: Service> Send for Lease<T> {}
// SAFETY: as above; a shared lease only hands out &T.
unsafe impl<T: Service> Sync for Lease<T> {}

impl<T: Service> Lease<T> {
    /// # Safety
    /// `table` must be null or what `host` answered to `get_service` for T's name and version.
    pub(crate) unsafe fn of(host: *const sys::Host, table: *const T) -> Option<Self> {
        (!table.is_null()).then(|| Self { host, table })
    }

    #[doc(hidden)]
    #[must_use]
    pub fn ask(host: &HostCell) -> Option<Self> {
        let host = host.get();
        let (name, version) = (sys::Text::of(T::NAME), sys::version(T::MAJOR, T::MINOR));
        let signature = sys::Text::of(T::SIGNATURE);
        // SAFETY: any thread may ask; Service promises that the name's table is a T.
        unsafe { Self::of(host, (host.as_ref()?.get_service)(host, name, version, signature).cast()) }
    }

    /// The host that functions of the table take as their first argument.
    #[must_use]
    pub fn host(&self) -> *const sys::Host {
        self.host
    }
}

impl<T: Service> Deref for Lease<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the table stays valid until the lease is released.
        unsafe { &*self.table }
    }
}

impl<T: Service> Drop for Lease<T> {
    fn drop(&mut self) {
        // SAFETY: this plugin holds the lease, and the host outlives the plugin's code.
        unsafe { ((*self.host).release_service)(self.host, self.table.cast()) };
    }
}

impl<T: Service> core::fmt::Debug for Lease<T> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Lease({} {}.{})", T::NAME, T::MAJOR, T::MINOR)
    }
}
