//! For what a plugin may do on the main thread only.

use crate::service::Service;
use crate::sys;
use core::cell::Cell;
use core::ffi::c_void;

thread_local! {
    /// Whether the entry points run on this thread. A plugin links its own copy of the crate, so this is the
    /// plugin's own.
    static MAIN: Cell<bool> = const { Cell::new(false) };
}

/// An entry point begins, on the main thread.
pub(crate) fn enter() {
    MAIN.set(true);
}

/// Whether this is the thread on which the entry points run.
#[inline]
pub(crate) fn is_current() -> bool {
    MAIN.get()
}

/// Whether a \[main-thread\] function of a service may be called on this thread.
///
/// Elsewhere it may where the host itself provides the service: such functions are written in TypeScript, and the
/// host hands the call to the main thread or refuses it. A plugin's function could be one that relies on never
/// running twice at a time. Without a host there is no other plugin's table.
///
/// # Safety
/// `host` must be null or the plugin's own host table.
#[inline]
pub unsafe fn may_call(host: *const sys::Host, name: &str, major: u16) -> bool {
    // SAFETY: the caller's promise.
    is_current() || host.is_null() || unsafe { host_provides(host, name, major) }
}

struct Asked<'a> {
    name: &'a str,
    major: u16,
    by_host: bool,
    by_plugin: bool,
}

/// # Safety
/// `host` must be the plugin's own host table.
#[cold]
unsafe fn host_provides(host: *const sys::Host, name: &str, major: u16) -> bool {
    unsafe extern "C" fn visit(context: *mut c_void, entry: *const sys::ServiceEntry) -> i32 {
        // SAFETY: the context is what each was given below, and the entry lives for this call.
        let (asked, entry) = unsafe { (&mut *context.cast::<Asked<'_>>(), &*entry) };
        // SAFETY: the host's text lives as long as its entry.
        let is_it = unsafe { entry.name.bytes() } == asked.name.as_bytes();
        if is_it && entry.version >> 16 == u32::from(asked.major) {
            *(if entry.provider.size == 0 { &mut asked.by_host } else { &mut asked.by_plugin }) = true;
        }
        sys::OK
    }
    let mut asked = Asked { name, major, by_host: false, by_plugin: false };
    // SAFETY: the caller's promise; these functions go on any thread, and the table stays until it is released.
    unsafe {
        let name = sys::Text::of(sys::RegistryV1::NAME);
        let signature = sys::Text::of(sys::RegistryV1::SIGNATURE);
        let registry = ((*host).get_service)(host, name, sys::version(1, 0), signature);
        let functions = registry.cast::<sys::RegistryV1>();
        if functions.is_null() {
            return false;
        }
        ((*functions).each)(host, visit, (&raw mut asked).cast());
        ((*host).release_service)(host, registry);
    }
    asked.by_host && !asked.by_plugin
}
