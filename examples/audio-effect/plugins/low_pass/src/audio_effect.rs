//! audio.effect 1.0: an effect on sound
//!
//! Written by `mortise headers` from the definition of the service: change that, not this file.
//!
//! To call it, in the crate's root:
//! ```ignore
//! #[rustfmt::skip]
//! mod audio_effect;
//! mortise::require!(audio_effect::AudioEffectV1);
//!
//! // In a function; None only where no host is, as in unit tests, or with `want!`:
//! let service = audio_effect_service.get();
//! ```
//! To provide it:
//! ```ignore
//! mortise::provide!(audio_effect::Table);
//!
//! struct Mine;
//! impl audio_effect::Provider for Mine { /* … */ }
//! static TABLE: audio_effect::Table = audio_effect::table::<Mine>();
//!
//! #[mortise::register]
//! fn register(host: &Host) -> Result<(), Error> {
//!     host.register_service(&TABLE)
//! }
//! ```
#![allow(dead_code, unsafe_code, unused_imports, clippy::all)]

use ::core::ffi::c_void;
use ::core::mem::{offset_of, size_of};
use ::core::sync::atomic::AtomicBool;
pub use ::mortise::generated::{Bool, Caller};
use ::mortise::generated::{self, Called, Stopped};
use ::mortise::{Error, sys};
use ::std::prelude::rust_2021::*; // for crates that have no_implicit_prelude

static MODULE: generated::Module = generated::Module::new(&crate::module_host, "audio.effect", 1);

/// The record `settings`, of 24 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    pub sample_rate: u32,
    pub mix: f32,
    pub amount: f32,
    pub seconds: f64,
}

const _: () = {
    ::core::assert!(size_of::<Settings>() == 24);
    ::core::assert!(offset_of!(Settings, sample_rate) == 0);
    ::core::assert!(offset_of!(Settings, mix) == 4);
    ::core::assert!(offset_of!(Settings, amount) == 8);
    ::core::assert!(offset_of!(Settings, seconds) == 16);
};

impl Settings {
    fn checked(self) -> Self {
        self
    }
}

/// The table of `audio.effect` 1.0, as C has it. Its methods are the safe way to call it.
#[repr(C)]
pub struct AudioEffectV1 {
    /// Bytes of the table.
    size: u32,
    /// 0.
    reserved: u32,
    /// What the effect does, in a line. 0 once `reply` was given the text, or anything else when it failed;
    /// then `error` says why. \[main-thread\]
    pub describe: unsafe extern "C" fn(host: *const sys::Host, reply: *mut sys::Reply, error: *mut sys::Error) -> i32,
    /// A stream of one channel: `mix` is how much of the effect is heard, from 0 to 1. 0, or anything else
    /// when it failed; then `error` says why. `stream` receives a value. \[main-thread\]
    pub open: unsafe extern "C" fn(host: *const sys::Host, settings: *const Settings, stream: *mut *mut c_void, error: *mut sys::Error) -> i32,
    /// Changes the next samples of the stream in place. 0, or anything else when it failed; then `error`
    /// says why. `samples` is written to, and overlaps nothing. \[main-thread\]
    pub process: unsafe extern "C" fn(host: *const sys::Host, stream: *mut c_void, samples: *mut f32, samples_count: u64, error: *mut sys::Error) -> i32,
    /// \[main-thread\]
    pub close: unsafe extern "C" fn(host: *const sys::Host, stream: *mut c_void),
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    ::core::assert!(size_of::<AudioEffectV1>() == 40);
    ::core::assert!(offset_of!(AudioEffectV1, describe) == 8);
    ::core::assert!(offset_of!(AudioEffectV1, open) == 16);
    ::core::assert!(offset_of!(AudioEffectV1, process) == 24);
    ::core::assert!(offset_of!(AudioEffectV1, close) == 32);
};

// SAFETY: the definition of the service has this layout.
unsafe impl ::mortise::Service for AudioEffectV1 {
    const NAME: &'static str = "audio.effect";
    const MAJOR: u16 = 1;
    const MINOR: u16 = 0;
    const SIGNATURE: &'static str = ::core::concat!(
        "describe(host, error) -> text [main-thread];",
        "open(host, settings: record settings(sample_rate: u32, mix: f32, amount: f32, seconds: f64), stream: out handle stream, error) -> status [main-thread];",
        "process(host, stream: handle stream, samples: writable span f32, error) -> status [main-thread];",
        "close(host, stream: handle stream) -> none [main-thread]",
    );
}

/// The table that this plugin provides.
pub type Table = AudioEffectV1;

/// Calls in the name of the plugin that this module is compiled into.
/// Those tagged \[main-thread\] are refused on other threads, unless the host itself provides the service.
impl AudioEffectV1 {
    /// What the effect does, in a line. 0 once `reply` was given the text, or anything else when it failed;
    /// then `error` says why. \[main-thread\]
    pub fn describe(&self) -> Result<String, Error> {
        if !MODULE.may_call() {
            return Err(MODULE.elsewhere("describe").into());
        }
        let mut answer = generated::Answer::new();
        let mut error = generated::no_error();
        // SAFETY: the table has this layout, and what is passed outlives the call.
        let status_ = unsafe { (self.describe)(MODULE.host(), answer.place(), &raw mut error) };
        generated::status_with_message(status_, &error)?;
        let given_ = answer.text()?;
        Ok(given_)
    }

    /// A stream of one channel: `mix` is how much of the effect is heard, from 0 to 1. 0, or anything else
    /// when it failed; then `error` says why. `stream` receives a value. \[main-thread\]
    pub fn open(&self, settings: &Settings) -> Result<*mut c_void, Error> {
        if !MODULE.may_call() {
            return Err(MODULE.elsewhere("open").into());
        }
        let mut stream = ::core::ptr::null_mut();
        let mut error = generated::no_error();
        // SAFETY: the table has this layout, and what is passed outlives the call.
        let status_ = unsafe { (self.open)(MODULE.host(), ::core::ptr::from_ref(settings), &raw mut stream, &raw mut error) };
        generated::status_with_message(status_, &error)?;
        Ok(stream)
    }

    /// Changes the next samples of the stream in place. 0, or anything else when it failed; then `error`
    /// says why. `samples` is written to, and overlaps nothing. \[main-thread\]
    ///
    /// # Safety
    /// Handles are those that this table gave, and that were not destroyed.
    pub unsafe fn process(&self, stream: *mut c_void, samples: &mut [f32]) -> Result<(), Error> {
        if !MODULE.may_call() {
            return Err(MODULE.elsewhere("process").into());
        }
        let mut error = generated::no_error();
        // SAFETY: the table has this layout, and what is passed outlives the call.
        let status_ = unsafe { (self.process)(MODULE.host(), stream, samples.as_mut_ptr(), samples.len() as u64, &raw mut error) };
        generated::status_with_message(status_, &error)?;
        Ok(())
    }

    /// \[main-thread\]
    ///
    /// # Safety
    /// Handles are those that this table gave, and that were not destroyed.
    pub unsafe fn close(&self, stream: *mut c_void) {
        if !MODULE.may_call() {
            static SAID_: AtomicBool = AtomicBool::new(false);
            MODULE.say_elsewhere("close", &SAID_);
            return ();
        }
        // SAFETY: the table has this layout, and what is passed outlives the call.
        unsafe { (self.close)(MODULE.host(), stream) };
    }
}

/// The functions of a plugin that provides the service. What panics counts as failed, and is in the host's log.
pub trait Provider: 'static {
    /// What this plugin has for each `stream` of its callers.
    type Stream: 'static;

    /// What the effect does, in a line. 0 once `reply` was given the text, or anything else when it failed;
    /// then `error` says why. \[main-thread\]
    fn describe(caller: &Caller<'_>) -> Result<String, Error>;
    /// A stream of one channel: `mix` is how much of the effect is heard, from 0 to 1. 0, or anything else
    /// when it failed; then `error` says why. `stream` receives a value. \[main-thread\]
    fn open(caller: &Caller<'_>, settings: &Settings) -> Result<Self::Stream, Error>;
    /// Changes the next samples of the stream in place. 0, or anything else when it failed; then `error`
    /// says why. `samples` is written to, and overlaps nothing. \[main-thread\]
    fn process(caller: &Caller<'_>, stream: &Self::Stream, samples: &mut [f32]) -> Result<(), Error>;
    /// \[main-thread\]
    fn close(caller: &Caller<'_>, stream: Self::Stream);
}

/// The table for [`register_service`](mortise::Host::register_service).
#[must_use]
pub const fn table<P: Provider>() -> Table {
    AudioEffectV1 {
        size: size_of::<Table>() as u32,
        reserved: 0,
        describe: provided_describe::<P>,
        open: provided_open::<P>,
        process: provided_process::<P>,
        close: provided_close::<P>,
    }
}

/// # Safety
/// The caller keeps the promises of the service's header; `host` may be null.
unsafe extern "C" fn provided_describe<P: Provider>(
    host: *const sys::Host,
    reply: *mut sys::Reply,
    error: *mut sys::Error,
) -> i32 {
    // SAFETY, here and below: the caller's promise.
    match MODULE.guarded("describe", || {
        P::describe(&unsafe { Caller::of(host) })
    }) {
        Ok(Ok(result)) => {
            if !unsafe { generated::give(reply, result.as_bytes()) } {
                unsafe { generated::say(error, "the caller has no room for the answer") };
                return sys::ERROR;
            }
            sys::OK
        }
        Ok(Err(error_)) => {
            unsafe { generated::say(error, error_.message()) };
            sys::ERROR
        }
        Err(error_) => {
            unsafe { generated::say(error, &error_) };
            sys::ERROR
        }
    }
}

/// # Safety
/// The caller keeps the promises of the service's header; `host` may be null.
unsafe extern "C" fn provided_open<P: Provider>(
    host: *const sys::Host,
    settings: *const Settings,
    stream: *mut *mut c_void,
    error: *mut sys::Error,
) -> i32 {
    // SAFETY, here and below: the caller's promise.
    match MODULE.guarded("open", || {
        P::open(&unsafe { Caller::of(host) }, &unsafe { generated::record(settings) }.checked())
    }) {
        Ok(Ok(stream_out_)) => {
            unsafe { generated::put(stream, generated::new_handle(stream_out_)) };
            sys::OK
        }
        Ok(Err(error_)) => {
            unsafe { generated::put(stream, ::core::ptr::null_mut()) };
            unsafe { generated::say(error, error_.message()) };
            sys::ERROR
        }
        Err(error_) => {
            unsafe { generated::put(stream, ::core::ptr::null_mut()) };
            unsafe { generated::say(error, &error_) };
            sys::ERROR
        }
    }
}

/// # Safety
/// The caller keeps the promises of the service's header; `host` may be null.
unsafe extern "C" fn provided_process<P: Provider>(
    host: *const sys::Host,
    stream: *mut c_void,
    samples: *mut f32,
    samples_count: u64,
    error: *mut sys::Error,
) -> i32 {
    // SAFETY, here and below: the caller's promise.
    match MODULE.guarded("process", || {
        P::process(&unsafe { Caller::of(host) }, unsafe { generated::handle::<P::Stream>(stream) }, unsafe { generated::span_mut(samples, samples_count) })
    }) {
        Ok(Ok(())) => {
            sys::OK
        }
        Ok(Err(error_)) => {
            unsafe { generated::say(error, error_.message()) };
            sys::ERROR
        }
        Err(error_) => {
            unsafe { generated::say(error, &error_) };
            sys::ERROR
        }
    }
}

/// # Safety
/// The caller keeps the promises of the service's header; `host` may be null.
unsafe extern "C" fn provided_close<P: Provider>(
    host: *const sys::Host,
    stream: *mut c_void,
) {
    // SAFETY, here and below: the caller's promise.
    match MODULE.guarded("close", || {
        P::close(&unsafe { Caller::of(host) }, unsafe { generated::end_handle::<P::Stream>(stream) })
    }) {
        Ok(()) => {
            ()
        }
        Err(_) => {
            ()
        }
    }
}

