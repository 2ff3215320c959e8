//! The table of `data.source` 1.0, as `include/mortise/data_source.h` has it: panics end here, and errors become text.

use crate::csv;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use mortise::sys;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Health = unsafe extern "C" fn(*const sys::Host, *mut sys::Error) -> i32;
type Query = unsafe extern "C" fn(*const sys::Host, sys::Text, *mut c_void, *mut sys::Error) -> i32;

/// `mortise_data_source_v1`.
#[repr(C)]
pub struct DataSource {
    size: u32,
    reserved: u32,
    health: Health,
    query: Query,
}

// SAFETY: this is the layout of data.source 1.0.
unsafe impl mortise::Service for DataSource {
    const NAME: &'static str = "data.source";
    const MAJOR: u16 = 1;
    const MINOR: u16 = 0;
    const SIGNATURE: &'static str = concat!(
        "health(host, said: mortise_error *) -> status [any-thread];",
        "query(host, query: mortise_text, stream: void *, error: mortise_error *) -> status [any-thread]",
    );
}

pub static TABLE: DataSource =
    DataSource { size: size_of::<DataSource>() as u32, reserved: 0, health, query };

unsafe extern "C" fn health(_: *const sys::Host, said: *mut sys::Error) -> i32 {
    // SAFETY: the host's own, for this call.
    let said = unsafe { &mut *said };
    match csv::directory() {
        Ok(directory) => {
            say(said, &format!("reads {}", directory.display()));
            sys::OK
        }
        Err(why) => fail(said, &why),
    }
}

unsafe extern "C" fn query(
    _: *const sys::Host,
    query: sys::Text,
    stream: *mut c_void,
    error: *mut sys::Error,
) -> i32 {
    // SAFETY: the host's promise of the text and of both places.
    let (query, error) = unsafe { (query.bytes(), &mut *error) };
    match catch_unwind(AssertUnwindSafe(|| csv::open(query))) {
        Ok(Ok(reader)) => {
            // SAFETY: the place is as large as an ArrowArrayStream, and nothing in it needs to be dropped.
            unsafe { stream.cast::<FFI_ArrowArrayStream>().write(FFI_ArrowArrayStream::new(reader)) };
            sys::OK
        }
        Ok(Err(why)) => fail(error, &why),
        Err(_) => fail(error, "it panicked"),
    }
}

fn fail(error: &mut sys::Error, why: &str) -> i32 {
    say(error, why);
    sys::ERROR
}

fn say(error: &mut sys::Error, text: &str) {
    let bytes = text.as_bytes();
    let length = bytes.len().min(error.message.len() - 1);
    error.message[..length].copy_from_slice(&bytes[..length]);
    error.message[length] = 0;
}
