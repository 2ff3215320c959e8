//! Answers queries with Arrow's columns: the service `data.source`, which a plugin provides.
//!
//! ```standalone_crate
//! use mortise::data_source::{DataSource, Stream, table};
//! use mortise::prelude::*;
//! use mortise::sys::DataSourceV1;
//!
//! mortise::plugin!();
//! mortise::provide!(data_source, "data.source", 1, 1, DataSourceV1);
//!
//! struct Orders;
//!
//! impl DataSource for Orders {
//!     fn health() -> Result<String, Error> {
//!         Ok("takes orders".into())
//!     }
//!
//!     fn query(query: &str) -> Result<Stream, Error> {
//!         // With the crate arrow-array, of a RecordBatchReader:
//!         //   unsafe { Stream::of(FFI_ArrowArrayStream::new(Box::new(reader))) }
//!         Err(Error::new(format_args!("nobody knows {query}")))
//!     }
//! }
//!
//! static TABLE: DataSourceV1 = table::<Orders>();
//!
//! #[mortise::register]
//! fn register(host: &Host) -> Result<(), Error> {
//!     host.register_service(&TABLE)
//! }
//! # fn main() { assert_eq!(Orders::health().unwrap(), "takes orders"); }
//! ```
//!
//! What these functions are told is said in `data_source.h`. A panic is a failure that says so.

use crate::error::Error;
use crate::error_buffer::say;
use crate::service::Service;
use crate::{panics, sys};
use core::ffi::c_void;
use core::mem::{MaybeUninit, align_of, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a plugin answers. The host calls on threads of its own, several at a time.
pub trait DataSource: 'static {
    /// Whether it can answer now, and what it says of itself.
    ///
    /// # Errors
    /// Why it can't answer.
    fn health() -> Result<String, Error>;

    /// Answers a query, the text of a JSON object: `json` is what the caller asks.
    ///
    /// # Errors
    /// Why there is no answer.
    fn query(query: &str) -> Result<Stream, Error>;

    /// Answers a request that is no query, the text of a JSON object: one column of bytes, pieces of the body. The
    /// schema's metadata may say `status` and `headers`.
    ///
    /// # Errors
    /// Why there is no answer.
    fn resource(request: &str, body: &[u8]) -> Result<Stream, Error> {
        let _ = (request, body);
        Err(Error::of("it has no resources"))
    }

    /// Nobody wants the answer any more whose query or request said this `call`. Comes on another thread while it is
    /// made, or its stream is read, which should then return early.
    fn cancel(call: u64) {
        let _ = call;
    }
}

/// An `ArrowArrayStream` of Arrow's C stream interface, on its way to the host, which releases it.
pub struct Stream(MaybeUninit<[u64; 5]>);

impl Stream {
    /// # Safety
    /// `stream` must be Arrow's C struct, as `FFI_ArrowArrayStream` of the crate `arrow-array` is, and valid.
    #[must_use]
    pub unsafe fn of<S>(stream: S) -> Self {
        const {
            assert!(size_of::<S>() == size_of::<Self>(), "an ArrowArrayStream has five words");
            assert!(align_of::<S>() <= align_of::<Self>(), "an ArrowArrayStream is aligned to words");
        }
        let mut words = MaybeUninit::<[u64; 5]>::uninit();
        // SAFETY: it fits, as was just asserted. What owns it now is whoever takes the words.
        unsafe { words.as_mut_ptr().cast::<S>().write(stream) };
        Self(words)
    }
}

/// The table of a data source, for a static that is registered.
#[must_use]
pub const fn table<D: DataSource>() -> sys::DataSourceV1 {
    sys::DataSourceV1 {
        size: size_of::<sys::DataSourceV1>() as u32,
        reserved: 0,
        health: health::<D>,
        query: query::<D>,
        resource: Some(resource::<D>),
        cancel: Some(cancel::<D>),
    }
}

// SAFETY: this is the layout of data.source 1.1; a test compares it with the header.
unsafe impl Service for sys::DataSourceV1 {
    const NAME: &'static str = "data.source";
    const MAJOR: u16 = 1;
    const MINOR: u16 = 1;
    const SIGNATURE: &'static str = concat!(
        "health(host, said: mortise_error *) -> status [any-thread];",
        "query(host, query: mortise_text, stream: void *, error: mortise_error *) -> status [any-thread];",
        "resource(host, request: mortise_text, body: const void *, size: u64, stream: void *, ",
        "error: mortise_error *) -> status [any-thread] since 1.1;",
        "cancel(host, call: u64) -> none [any-thread] since 1.1",
    );
}

unsafe extern "C" fn health<D: DataSource>(host: *const sys::Host, said: *mut sys::Error) -> i32 {
    // SAFETY: the host's promises, of its table and of the buffer, for this call.
    unsafe {
        match caught(host, "health", D::health) {
            Ok(text) => {
                say(said, &text);
                sys::OK
            }
            Err(error) => fail(said, &error),
        }
    }
}

unsafe extern "C" fn query<D: DataSource>(
    host: *const sys::Host,
    query: sys::Text,
    stream: *mut c_void,
    error: *mut sys::Error,
) -> i32 {
    // SAFETY: the host's promises, of the text and of both places, for this call.
    unsafe {
        let query = String::from_utf8_lossy(query.bytes());
        give(caught(host, "query", || D::query(&query)), stream, error)
    }
}

unsafe extern "C" fn resource<D: DataSource>(
    host: *const sys::Host,
    request: sys::Text,
    body: *const c_void,
    size: u64,
    stream: *mut c_void,
    error: *mut sys::Error,
) -> i32 {
    // SAFETY: as for a query; the body is as large as it says.
    unsafe {
        let request = String::from_utf8_lossy(request.bytes());
        let body = match size {
            0 => &[],
            _ => core::slice::from_raw_parts(body.cast::<u8>(), size as usize),
        };
        give(caught(host, "resource", || D::resource(&request, body)), stream, error)
    }
}

unsafe extern "C" fn cancel<D: DataSource>(host: *const sys::Host, call: u64) {
    let told = || {
        D::cancel(call);
        Ok(())
    };
    // SAFETY: the host's own table.
    let _ = unsafe { caught(host, "cancel", told) };
}

/// # Safety
/// `host` must be null or a host's table.
unsafe fn caught<T>(
    host: *const sys::Host,
    name: &str,
    call: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(call))
        // SAFETY: the caller's promise.
        .unwrap_or_else(|panic| Err(Error::new(unsafe { panics::report(host, name, panic) })))
}

/// # Safety
/// The places must be the host's, and its own for this call.
unsafe fn give(answer: Result<Stream, Error>, stream: *mut c_void, error: *mut sys::Error) -> i32 {
    match answer {
        Ok(made) => {
            // SAFETY: the place is as large as the struct.
            unsafe { stream.cast::<MaybeUninit<[u64; 5]>>().write(made.0) };
            sys::OK
        }
        // SAFETY: the caller's promise.
        Err(why) => unsafe { fail(error, &why) },
    }
}

/// # Safety
/// As for `give`.
unsafe fn fail(place: *mut sys::Error, error: &Error) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { say(place, error.message()) };
    sys::ERROR
}
