use crate::config::Config;
use crate::error::Error;
use crate::lease::Lease;
use crate::service::Service;
use crate::sys;
use std::path::Path;

/// The host, as an entry point receives it. Stays on that thread, and is valid for that call.
#[repr(transparent)]
pub struct Host(sys::Host);

impl Host {
    /// # Safety
    /// `host` must point at a host table that keeps the promises of `host.h` for `'a`, and the caller must
    /// be inside an entry point on the main thread.
    #[inline]
    pub(crate) unsafe fn of<'a>(host: *const sys::Host) -> &'a Self {
        // SAFETY: the caller's promise; Self is transparent.
        unsafe { &*host.cast() }
    }

    /// The name under which this plugin is registered: the configuration's, not always the file's.
    #[must_use]
    pub fn plugin(&self) -> &str {
        self.text(self.0.plugin)
    }

    /// The host's own release, for example `0.1.0`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.text(self.0.version)
    }

    /// Major and minor of the host's ABI; the minor is at least that of [`sys::ABI`].
    #[must_use]
    pub fn abi(&self) -> (u16, u16) {
        sys::parts(self.0.abi)
    }

    /// The file that the plugin was read from.
    ///
    /// The running library is a private copy of those bytes, so a plugin that keeps data beside itself finds
    /// it through this path, not by asking the system for its own.
    #[must_use]
    pub fn path(&self) -> &Path {
        Path::new(self.text(self.0.path))
    }

    /// The plugin's configuration: what stands under `config` in mortise.toml, or what an embedder passed.
    #[must_use]
    pub fn config(&self) -> Config<'_> {
        Config::of(&self.0)
    }

    /// Asks for a service: the table of the same major, at least this minor and the same functions, or `None`.
    ///
    /// The lease ends when it is dropped. It may be kept, and used on any thread, until fini returns:
    ///
    /// Outside the entry points, [`lease!`](crate::lease!) asks the same.
    ///
    /// ```standalone_crate
    /// use mortise::prelude::*;
    /// use mortise::{Lease, sys::LogV1};
    /// use std::sync::Mutex;
    ///
    /// mortise::plugin!();
    ///
    /// static LOG: Mutex<Option<Lease<LogV1>>> = Mutex::new(None);
    ///
    /// #[mortise::init]
    /// fn init(host: &Host) {
    ///     *LOG.lock().unwrap() = host.get_service();
    /// }
    ///
    /// #[mortise::fini]
    /// fn fini() {
    ///     LOG.lock().unwrap().take(); // gives the lease back
    /// }
    /// # fn main() {}
    /// ```
    #[must_use]
    pub fn get_service<T: Service>(&self) -> Option<Lease<T>> {
        let name = sys::Text::of(T::NAME);
        let version = sys::version(T::MAJOR, T::MINOR);
        let signature = sys::Text::of(T::SIGNATURE);
        // SAFETY: the table is the host's own; Service promises that the name's table is a T.
        unsafe { Lease::of(&self.0, (self.0.get_service)(&self.0, name, version, signature).cast()) }
    }

    /// Offers a service to others; [`provide!`](crate::provide) says the same in the file.
    ///
    /// # Errors
    /// The host's message, when the name is invalid, the table is too small, or somebody already provides
    /// the name and major.
    pub fn register_service<T: Service>(&self, table: &'static T) -> Result<(), Error> {
        let service = sys::Service {
            size: size_of::<sys::Service>() as u32,
            version: sys::version(T::MAJOR, T::MINOR),
            name: sys::Text::of(T::NAME),
            table: std::ptr::from_ref(table).cast(),
            signature: sys::Text::of(T::SIGNATURE),
        };
        // SAFETY: the host copies `service`, and the table is never freed.
        Error::check(|error| unsafe { (self.0.register_service)(&self.0, &service, error) })
    }

    /// Takes an own service back.
    ///
    /// # Errors
    /// The host's message, naming the holders, while others hold leases of it.
    pub fn unregister_service<T: Service>(&self, table: &'static T) -> Result<(), Error> {
        let table = std::ptr::from_ref(table).cast();
        // SAFETY: the host only compares the address.
        Error::check(|error| unsafe { (self.0.unregister_service)(&self.0, table, error) })
    }

    /// The table as the host handed it over.
    #[must_use]
    pub fn as_sys(&self) -> &sys::Host {
        &self.0
    }

    fn text(&self, text: sys::Text) -> &str {
        // SAFETY: the host keeps its texts alive until fini returns, which `self` can't outlive.
        unsafe { text.utf8() }
    }
}

impl core::fmt::Debug for Host {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter
            .debug_struct("Host")
            .field("plugin", &self.plugin())
            .field("version", &self.version())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
