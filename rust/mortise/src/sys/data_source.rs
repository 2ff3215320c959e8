//! `data_source.h`: the service `data.source` 1.1, which plugins provide.

use super::{Error, Host, Text};
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// `mortise_data_source_v1`: the table of `data.source` 1.1. `stream` is room for an `ArrowArrayStream`.
#[repr(C)]
pub struct DataSourceV1 {
    /// Bytes of the plugin's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Whether it can answer now, and what it says of itself. \[any-thread\]
    pub health: unsafe extern "C" fn(host: *const Host, said: *mut Error) -> i32,
    /// Answers a query, the text of a JSON object. \[any-thread\]
    pub query:
        unsafe extern "C" fn(host: *const Host, query: Text, stream: *mut c_void, error: *mut Error) -> i32,
    /// Answers a request that is no query. Since 1.1. \[any-thread\]
    pub resource: Option<
        unsafe extern "C" fn(
            host: *const Host,
            request: Text,
            body: *const c_void,
            size: u64,
            stream: *mut c_void,
            error: *mut Error,
        ) -> i32,
    >,
    /// Nobody wants the answer to that call any more. Since 1.1. \[any-thread\]
    pub cancel: Option<unsafe extern "C" fn(host: *const Host, call: u64)>,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<DataSourceV1>() == 40);
    assert!(offset_of!(DataSourceV1, health) == 8);
    assert!(offset_of!(DataSourceV1, query) == 16);
    assert!(offset_of!(DataSourceV1, resource) == 24);
    assert!(offset_of!(DataSourceV1, cancel) == 32);
};
