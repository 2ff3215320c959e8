//! `registry.h`: the service `mortise.registry` 1.0.

use super::{Error, Host, Text};
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// `mortise_service_entry`: owned by the host, valid for that call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ServiceEntry {
    /// Bytes of this struct.
    pub size: u32,
    /// [`version`](super::version).
    pub version: u32,
    /// Dotted, lower-case.
    pub name: Text,
    /// A plugin's name; empty: the host itself.
    pub provider: Text,
    /// Of all plugins together.
    pub leases: u32,
    /// 0.
    pub reserved: u32,
}

/// `mortise_service_visit`: called for each service; [`OK`](super::OK) goes on.
pub type ServiceVisit = unsafe extern "C" fn(context: *mut c_void, entry: *const ServiceEntry) -> i32;

/// The service can be had from now on.
pub const SERVICE_CAME: i32 = 1;
/// The service's provider would like to stop.
pub const SERVICE_GOING: i32 = 2;

/// `mortise_notice`: owned by the host, valid for that call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// Bytes of this struct.
    pub size: u32,
    /// `SERVICE_…`.
    pub event: i32,
    /// [`version`](super::version) of what is provided.
    pub version: u32,
    /// 0.
    pub reserved: u32,
    /// The service.
    pub name: Text,
    /// A plugin's name.
    pub provider: Text,
    /// Of the service.
    pub table: *const c_void,
    /// Of what is provided; empty: unstated.
    pub signature: Text,
}

/// `mortise_notice_function`: [`OK`](super::OK) lets a service go. \[main-thread\]
pub type NoticeFunction = unsafe extern "C" fn(context: *mut c_void, notice: *const Notice) -> i32;

/// `mortise_registry_v1`: the table of `mortise.registry` 1.0.
#[repr(C)]
pub struct RegistryV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Visits the services that are there. \[any-thread\]
    pub each: unsafe extern "C" fn(host: *const Host, visit: ServiceVisit, context: *mut c_void) -> i32,
    /// Tells the plugin of providers that come or go. \[main-thread\]
    pub subscribe: unsafe extern "C" fn(
        host: *const Host,
        name: Text,
        version: u32,
        function: NoticeFunction,
        context: *mut c_void,
        error: *mut Error,
    ) -> i32,
    /// Ends all subscriptions of that function and context. \[main-thread\]
    pub unsubscribe:
        unsafe extern "C" fn(host: *const Host, function: NoticeFunction, context: *mut c_void) -> i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<RegistryV1>() == 32);
    assert!(offset_of!(RegistryV1, each) == 8);
    assert!(offset_of!(RegistryV1, subscribe) == 16);
    assert!(offset_of!(RegistryV1, unsubscribe) == 24);
};
