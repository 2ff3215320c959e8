use crate::host_cell::HostCell;
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

/// The handle of a service, and the macro that makes one.
macro_rules! handle {
    ($(#[$about:meta])* $handle:ident: $table:ident, $name:literal) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        pub struct $handle(Option<$crate::bound::Bound<$crate::sys::$table>>);

        impl $handle {
            #[doc(hidden)]
            #[must_use]
            #[inline]
            pub fn of<const VERSION: u32>(
                host: &$crate::host_cell::HostCell,
                cell: &$crate::Cell<$crate::sys::$table, VERSION>,
            ) -> Self {
                Self($crate::bound::Bound::of(host, cell))
            }

            /// Whether the host has the service: `false` where a plugin only wants it and doesn't get it, and
            /// in unit tests without a host.
            #[must_use]
            pub fn is_available(self) -> bool {
                self.0.is_some()
            }

            #[allow(dead_code, reason = "not every service has functions that fail")]
            fn bound(self) -> Result<$crate::bound::Bound<$crate::sys::$table>, $crate::Error> {
                self.0.ok_or($crate::Error::of(concat!("there is no ", $name, " here")))
            }
        }

        impl core::fmt::Debug for $handle {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let state = if self.is_available() { "" } else { ", not available" };
                write!(formatter, "{}({}{state})", stringify!($handle), $name)
            }
        }
    };
}
pub(crate) use handle;
