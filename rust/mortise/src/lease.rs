use crate::service::Service;
use crate::sys;
use core::ops::Deref;

/// One counted use of a service, from [`Host::get_service`](crate::Host::get_service). Dereferences to the
/// service's table, and gives the lease back when dropped; do that before fini returns.
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
