use crate::bound::{Bound, handle};
use crate::error::Error;
use crate::kept::Kept;
use crate::main_thread;
use crate::panics::{self, drop_quietly};
use crate::sys;
use crate::visit::Visitor;
use core::ffi::c_void;
use core::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

handle! {
    /// The service `mortise.registry`, from [`registry!`](crate::registry!): which services there are, and
    /// word of those that come and go.
    Registry: RegistryV1, "mortise.registry"
}

/// The service `mortise.registry` as [`Registry`]. Needs `mortise::require!(registry, 1, 0);` or
/// `mortise::want!(registry, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// use mortise::prelude::*;
/// use mortise::{Event, Reply};
///
/// mortise::plugin!();
/// mortise::require!(log, 1, 0);
/// mortise::require!(registry, 1, 0);
///
/// #[mortise::init]
/// fn init() -> Result<(), Error> {
///     let registry = mortise::registry!();
///     registry.each(|service| mortise::debug!("there is {}", service.name()));
///     registry.subscribe("shop.price_rule", 1, 0, |notice| {
///         if notice.event() == Event::Came {
///             mortise::info!("{} has rules", notice.provider());
///         }
///         Reply::KEEP
///     })?;
///     Ok(())
/// }
/// # fn main() { assert_eq!(init().unwrap_err().message(), "there is no mortise.registry here") }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! registry {
    () => {
        $crate::Registry::of(&crate::module_host, &crate::mortise_registry_service)
    };
}

/// What subscriptions call.
static FUNCTIONS: Kept<Subscribed> = Kept::new();

struct Subscribed {
    service: Bound<sys::RegistryV1>,
    function: Box<dyn FnMut(&Notice) -> Reply + Send>,
}

/// For when the subscriptions have ended.
pub(crate) fn remove_all() -> Vec<impl Sized> {
    FUNCTIONS.remove_all()
}

impl Registry {
    /// Calls `visit` with each service that is there now, in the order in which they came. Any thread.
    pub fn each(self, visit: impl FnMut(&ServiceEntry)) {
        unsafe extern "C" fn call<F: FnMut(&ServiceEntry)>(
            context: *mut c_void,
            entry: *const sys::ServiceEntry,
        ) -> i32 {
            // SAFETY: the entry lives for this call, and the context is the visitor below.
            unsafe { Visitor::<F>::call(context, |visit| visit(&*entry.cast())) }
        }
        fn each<F: FnMut(&ServiceEntry)>(registry: Registry, visit: F) {
            let Some(registry) = registry.0 else { return };
            let mut visitor = Visitor::new(visit);
            // SAFETY: the visitor outlives the call.
            unsafe { (registry.table.each)(registry.host, call::<F>, visitor.context()) };
            visitor.finish();
        }
        each(self, visit);
    }

    /// Tells the plugin of providers of a service, same major and at least this minor, that come or go from
    /// now on: calls the closure on the main thread, until the plugin stops or the subscription ends. A panic
    /// in it goes to the host's log and counts as [`Reply::KEEP`].
    ///
    /// On the main thread only: in register, init and fini, and in what runs there as a task.
    ///
    /// # Errors
    /// The host's message, for a name that isn't one and after 256 subscriptions. On another thread, and when
    /// the service isn't there.
    pub fn subscribe(
        self,
        name: &str,
        major: u16,
        minor: u16,
        function: impl FnMut(&Notice) -> Reply + Send + 'static,
    ) -> Result<Subscription, Error> {
        let service = self.bound()?;
        if !main_thread::is_current() {
            return Err(Error::of(
                "a plugin subscribes on the main thread, after its register or init began",
            ));
        }
        let Bound { host, table } = service;
        let key = FUNCTIONS.insert(Subscribed { service, function: Box::new(function) });
        let context = core::ptr::without_provenance_mut(key);
        let version = sys::version(major, minor);
        // SAFETY: this is the main thread, the host copies the name, and `call` takes any context.
        let result = Error::check(|error| unsafe {
            (table.subscribe)(host, sys::Text::of(name), version, call, context, error)
        });
        if result.is_err() {
            drop(FUNCTIONS.remove(key));
        }
        result.map(|()| Subscription { service, key })
    }
}

/// What the host calls; `context` is a key.
unsafe extern "C" fn call(context: *mut c_void, notice: *const sys::Notice) -> i32 {
    let key = context.addr();
    // It's gone when the subscription has ended, and out when this is a notice inside a notice.
    let Some(mut subscribed) = FUNCTIONS.borrow(key) else { return sys::ERROR };
    // SAFETY: the host's notice is valid for this call; Notice is transparent.
    let notice: &Notice = unsafe { &*notice.cast() };
    let host = subscribed.service.host;
    let reply = catch_unwind(AssertUnwindSafe(|| (subscribed.function)(notice)));
    drop_quietly(FUNCTIONS.give_back(key, subscribed));
    match reply {
        Ok(Reply(reply)) => reply,
        Err(panic) => {
            // SAFETY: the host table is there while the host calls.
            unsafe { panics::report(host, "a subscription", panic) };
            sys::ERROR
        }
    }
}

/// A subscription, from [`Registry::subscribe`]. Dropping it changes nothing.
#[derive(Clone, Copy)]
pub struct Subscription {
    service: Bound<sys::RegistryV1>,
    key: usize,
}

impl Subscription {
    /// Ends it, on the main thread: whether it was still there.
    pub fn end(self) -> bool {
        if !main_thread::is_current() {
            return false;
        }
        let Bound { host, table } = self.service;
        // SAFETY: this is the main thread, and `call` with this key is what was subscribed.
        let status = unsafe { (table.unsubscribe)(host, call, core::ptr::without_provenance_mut(self.key)) };
        drop(FUNCTIONS.remove(self.key));
        status == sys::OK
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Subscription({})", self.key)
    }
}

/// What a plugin says to a [`Notice`]. Only a service that would like to go heeds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply(i32);

impl Reply {
    /// The plugin goes on using the service: its provider can't stop.
    pub const KEEP: Self = Self(sys::ERROR);

    /// The plugin lets the service go: the host makes its wanting cell null and gives back that cell's lease.
    /// The provider then stops, unless the plugin holds a [`Lease`](crate::Lease): drop those first.
    ///
    /// # Safety
    /// Nothing on any thread of the plugin may use what [`Cell::get`](crate::Cell::get) of the service's cell
    /// has answered, now or later. Leases are counted, and need no such care.
    #[must_use]
    pub const unsafe fn let_go() -> Self {
        Self(sys::OK)
    }
}

/// What happened to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// The service can be had from now on; a cell that wants it and was empty is filled already.
    Came,
    /// Its provider would like to stop, which the plugin's [`Reply`] allows or not.
    Going,
    /// What this release doesn't know.
    Other(i32),
}

/// Word of a provider of a service; lives for the call that hands it over.
#[repr(transparent)]
pub struct Notice(sys::Notice);

impl Notice {
    /// Whether it came or would like to go.
    #[must_use]
    pub fn event(&self) -> Event {
        match self.0.event {
            sys::SERVICE_CAME => Event::Came,
            sys::SERVICE_GOING => Event::Going,
            other => Event::Other(other),
        }
    }

    /// The service: `shop.price_rule`.
    #[must_use]
    pub fn name(&self) -> &str {
        // SAFETY: the host's text lives as long as its notice.
        unsafe { self.0.name.utf8() }
    }

    /// Major and minor of what is provided.
    #[must_use]
    pub fn version(&self) -> (u16, u16) {
        sys::parts(self.0.version)
    }

    /// The plugin that provides it.
    #[must_use]
    pub fn provider(&self) -> &str {
        // SAFETY: the host's text lives as long as its notice.
        unsafe { self.0.provider.utf8() }
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.version();
        write!(formatter, "Notice({:?} {} {major}.{minor}, {})", self.event(), self.name(), self.provider())
    }
}

/// A service that is there; lives for the call that hands it over.
#[repr(transparent)]
pub struct ServiceEntry(sys::ServiceEntry);

impl ServiceEntry {
    /// The service: `shop.price_rule`.
    #[must_use]
    pub fn name(&self) -> &str {
        // SAFETY: the host's text lives as long as its entry.
        unsafe { self.0.name.utf8() }
    }

    /// Major and minor.
    #[must_use]
    pub fn version(&self) -> (u16, u16) {
        sys::parts(self.0.version)
    }

    /// The plugin that provides it; `None`: the host itself.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        // SAFETY: the host's text lives as long as its entry.
        Some(unsafe { self.0.provider.utf8() }).filter(|provider| !provider.is_empty())
    }

    /// How many leases all plugins together hold of it.
    #[must_use]
    pub fn leases(&self) -> u32 {
        self.0.leases
    }
}

impl fmt::Debug for ServiceEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.version();
        write!(formatter, "ServiceEntry({} {major}.{minor}, {} leases)", self.name(), self.leases())
    }
}
