use crate::__private::HostCell;
use crate::service::Cell;
use crate::sys;

/// A service's table, and the host that its functions take: what the handles of the services hold.
///
/// The tables of mortise's own services stay where they are as long as the plugin's code runs: their cells
/// are filled before any entry point runs, and never emptied.
pub(crate) struct Bound<T: 'static> {
    pub host: *const sys::Host,
    pub table: &'static T,
}

// SAFETY: the host table is constant, and the functions that handles call on it go on any thread.
unsafe impl<T: Sync> Send for Bound<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Bound<T> {}

impl<T> Clone for Bound<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Bound<T> {}

impl<T> Bound<T> {
    /// `None` where the host hasn't the service, and in unit tests, where there is no host.
    #[inline]
    pub fn of<const VERSION: u32>(host: &HostCell, cell: &Cell<T, VERSION>) -> Option<Self> {
        let (table, host) = (cell.get()?, host.get());
        (!host.is_null()).then_some(Self { host, table })
    }
}
