//! `host.h`: the table that a plugin receives, its one way to the host.

use super::{Config, Error, Service, Text};
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// `mortise_host`. One per loaded plugin; valid from before register until fini returns.
#[repr(C)]
pub struct Host {
    /// Bytes of the host's struct.
    pub size: u32,
    /// [`version`](super::version) of the host's ABI.
    pub abi: u32,
    /// The host's own release.
    pub version: Text,
    /// The name under which this plugin is registered.
    pub plugin: Text,
    /// The file that the plugin was read from; the running library is a copy of it.
    pub path: Text,
    /// Never null.
    pub config: *const Config,
    /// The table of a service, or null; counts as a lease of this plugin. \[any-thread\]
    pub get_service:
        unsafe extern "C" fn(host: *const Host, name: Text, version: u32, signature: Text) -> *const c_void,
    /// Gives back one lease. \[any-thread\]
    pub release_service: unsafe extern "C" fn(host: *const Host, table: *const c_void) -> i32,
    /// Offers a service to others. \[entry\]
    pub register_service:
        unsafe extern "C" fn(host: *const Host, service: *const Service, error: *mut Error) -> i32,
    /// Takes an own service back. \[entry\]
    pub unregister_service:
        unsafe extern "C" fn(host: *const Host, table: *const c_void, error: *mut Error) -> i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Host>() == 96);
    assert!(offset_of!(Host, abi) == 4 && offset_of!(Host, version) == 8);
    assert!(offset_of!(Host, plugin) == 24 && offset_of!(Host, path) == 40);
    assert!(offset_of!(Host, config) == 56 && offset_of!(Host, get_service) == 64);
    assert!(offset_of!(Host, release_service) == 72 && offset_of!(Host, register_service) == 80);
    assert!(offset_of!(Host, unregister_service) == 88);
};
