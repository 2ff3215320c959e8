//! Closures that C calls for the length of one call.

use super::module::Module;
use crate::error::Error;
use crate::sys;
use core::any::Any;
use core::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What ended the closures of one call, until C has returned.
#[derive(Default)]
pub struct Stopped {
    panicked: Cell<bool>,
    panic: Cell<Option<Box<dyn Any + Send>>>,
    error: Cell<Option<Error>>,
}

impl Stopped {
    /// Lets a panic of a closure go on.
    ///
    /// # Errors
    /// The first error of one.
    pub fn finish(self) -> Result<(), Error> {
        if let Some(panic) = self.panic.take() {
            resume_unwind(panic);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The same for functions that can't say why they failed.
    pub fn finish_and_log(self, module: &Module, function: &str) {
        if let Err(error) = self.finish() {
            module.log_of(format_args!("a callback of {function} failed: {error}"));
        }
    }
}

/// A closure that C calls for the length of one call.
pub struct Called<'a, F: ?Sized> {
    module: &'static Module,
    name: &'static str,
    /// Taken out while it runs: whoever it calls may call it again.
    closure: Cell<Option<&'a mut F>>,
    stopped: &'a Stopped,
}

impl<'a, F: ?Sized> Called<'a, F> {
    pub fn new(
        module: &'static Module,
        name: &'static str,
        closure: &'a mut F,
        stopped: &'a Stopped,
    ) -> Self {
        Self { module, name, closure: Cell::new(Some(closure)), stopped }
    }

    /// None when it isn't run to its end: it runs already, or a closure of this call has panicked.
    pub fn call<T>(&self, call: impl FnOnce(&mut F) -> T) -> Option<T> {
        if self.stopped.panicked.get() {
            return None;
        }
        let Some(closure) = self.closure.take() else {
            self.module.log_of(format_args!("{} was called again while it ran", self.name));
            return None;
        };
        match catch_unwind(AssertUnwindSafe(|| call(&mut *closure))) {
            Ok(answer) => {
                self.closure.set(Some(closure));
                Some(answer)
            }
            // One that it called may have panicked before.
            Err(panic) if self.stopped.panicked.replace(true) => {
                core::mem::forget(panic); // dropping it may panic again
                None
            }
            Err(panic) => {
                self.stopped.panic.set(Some(panic));
                None
            }
        }
    }

    /// What C gets of a closure that may fail; the first error is kept for the caller.
    pub fn status(&self, answer: Option<Result<(), Error>>) -> i32 {
        match answer {
            Some(Ok(())) => sys::OK,
            Some(Err(error)) => {
                let first = self.stopped.error.take();
                self.stopped.error.set(Some(first.unwrap_or(error)));
                sys::ERROR
            }
            None => sys::ERROR,
        }
    }
}
