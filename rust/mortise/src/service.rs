use crate::sys;
use core::sync::atomic::{AtomicPtr, Ordering};

/// The table of a named, versioned service, for [`Host::get_service`](crate::Host::get_service) and
/// [`Host::register_service`](crate::Host::register_service).
///
/// ```
/// /// The table of `shop.price_rule` 1.0.
/// #[repr(C)]
/// pub struct PriceRule {
///     size: u32,
///     reserved: u32,
///     apply: unsafe extern "C" fn(cents: i64) -> i64,
/// }
///
/// // SAFETY: this is the layout of `shop.price_rule` 1.0.
/// unsafe impl mortise::Service for PriceRule {
///     const NAME: &'static str = "shop.price_rule";
///     const MAJOR: u16 = 1;
///     const MINOR: u16 = 0;
/// }
/// ```
///
/// # Safety
/// The type must be `#[repr(C)]`, have the layout of the named service's table at that version, and start
/// with its size as a `u32`.
pub unsafe trait Service: Sync + 'static {
    /// Dotted and lower-case; at most 63 bytes.
    const NAME: &'static str;
    /// The major version whose layout the type has.
    const MAJOR: u16;
    /// The lowest minor version that has all members of the type.
    const MINOR: u16;
}

macro_rules! built_in {
    ($($table:ident $name:literal)*) => {
        $(
            // SAFETY: the layout test compares it with the header; what a later minor appended is private.
            unsafe impl Service for sys::$table {
                const NAME: &'static str = $name;
                const MAJOR: u16 = 1;
                const MINOR: u16 = 0;
            }
        )*
    };
}

built_in! {
    ClockV1 "mortise.clock"
    ConfigV1 "mortise.config"
    FilesV1 "mortise.files"
    LogV1 "mortise.log"
    MemoryV1 "mortise.memory"
    MetricsV1 "mortise.metrics"
    RegistryV1 "mortise.registry"
    StateV1 "mortise.state"
    TasksV1 "mortise.tasks"
}

/// The cell of a service: an exported variable that holds the wanted version in the file, and the table's
/// address once the host has loaded the plugin. Made by [`require!`](crate::require) and
/// [`want!`](crate::want).
#[repr(transparent)]
pub struct Cell<T, const VERSION: u32>(AtomicPtr<T>);

impl<T, const VERSION: u32> Cell<T, VERSION> {
    /// # Safety
    /// The static that it initialises must be exported, so that the host fills it in, under the name that
    /// belongs to the table of type T.
    #[doc(hidden)]
    #[must_use]
    pub const unsafe fn new() -> Self {
        Self(AtomicPtr::new(core::ptr::without_provenance_mut(VERSION as usize)))
    }

    /// The table; `None` when the plugin only wants the service and the host hasn't it, and in unit tests,
    /// where no host fills the cell. Don't keep the reference beyond fini.
    #[must_use]
    #[inline]
    pub fn get(&self) -> Option<&'static T> {
        // Acquire: a wanted cell may be filled while another thread looks, and then the table's bytes must be seen.
        let table = self.0.load(Ordering::Acquire);
        if table.is_null() || table.addr() == VERSION as usize {
            return None;
        }
        // SAFETY: the host put the address of a T there before any entry point ran.
        Some(unsafe { &*table })
    }
}

impl<T: 'static, const VERSION: u32> core::fmt::Debug for Cell<T, VERSION> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let state = if self.get().is_some() { "filled" } else { "empty" };
        write!(formatter, "Cell({}.{}, {state})", VERSION >> 16, VERSION & 0xffff)
    }
}
